/** Prometheus' text format, as far as a diagnosis needs it. What stands in it came over a network and is not trusted. */

export interface Sample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

const NAME = /^[A-Za-z_:][\w:]*/;
const LABEL = /\s*([A-Za-z_]\w*)\s*=\s*"((?:[^"\\\n]|\\.)*)"\s*,?/y;
const SAMPLE_LIMIT = 100_000;

/** Samples by name; lines of another form are passed over. */
export class Metrics {
  private readonly samples = new Map<string, Sample[]>();

  public static parse(text: string): Metrics {
    const metrics = new Metrics();
    let count = 0;
    for (const line of text.split('\n')) {
      const sample = line.startsWith('#') ? undefined : sampleOf(line);
      if (sample === undefined) continue;
      count += 1;
      if (count > SAMPLE_LIMIT) break;
      const same = metrics.samples.get(sample.name);
      if (same === undefined) metrics.samples.set(sample.name, [sample]);
      else same.push(sample);
    }
    return metrics;
  }

  public all(name: string): readonly Sample[] {
    return this.samples.get(name) ?? [];
  }

  /** The first sample whose labels are these, among others. */
  public value(name: string, labels: Readonly<Record<string, string>> = {}): number | undefined {
    const wanted = Object.entries(labels);
    return this.all(name).find((sample) => wanted.every(([key, value]) => sample.labels.get(key) === value))?.value;
  }

  /** Values of a label, each once, in order. */
  public labelValues(name: string, label: string): string[] {
    return [...new Set(this.all(name).flatMap(({ labels }) => labels.get(label) ?? []))].sort();
  }
}

function sampleOf(line: string): Sample | undefined {
  const name = NAME.exec(line)?.[0];
  if (name === undefined) return undefined;
  const labels = new Map<string, string>();
  let at = name.length;
  if (line[at] === '{') {
    at += 1;
    LABEL.lastIndex = at;
    for (let found = LABEL.exec(line); found !== null; found = LABEL.exec(line)) {
      const [, key = '', value = ''] = found;
      labels.set(key, unescaped(value));
      at = LABEL.lastIndex;
    }
    if (line[at] !== '}') return undefined;
    at += 1;
  }
  const [text = ''] = line.slice(at).trim().split(/\s/, 1);
  const value = numberOf(text);
  return value === undefined ? undefined : { name, labels, value };
}

function numberOf(text: string): number | undefined {
  if (/^[+-]?Inf$/.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_, each: string) => (each === 'n' ? '\n' : each));
}
