/** One hop of the way of the records, as a diagnosis shows it. */

export type Verdict = 'ok' | 'warning' | 'problem';

export interface Hop {
  readonly hop: string;
  /** What was last seen, in words. */
  readonly seen: string;
  readonly buffered: string;
  readonly retried: string;
  readonly lost: string;
  readonly verdict: Verdict;
  /** What is wrong, and what to do, one sentence each; empty where all is well. */
  readonly remedies: readonly string[];
}

/** What was found at a hop: the worst of it is the verdict. */
export class Findings {
  private readonly found: { readonly verdict: Verdict; readonly remedy: string }[] = [];

  public add(isSo: boolean, verdict: Exclude<Verdict, 'ok'>, remedy: string): void {
    if (isSo) this.found.push({ verdict, remedy });
  }

  public get verdict(): Verdict {
    if (this.found.some(({ verdict }) => verdict === 'problem')) return 'problem';
    return this.found.length > 0 ? 'warning' : 'ok';
  }

  public get remedies(): string[] {
    return this.found.map(({ remedy }) => remedy);
  }
}

export function bytesText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const units = ['KiB', 'MiB', 'GiB', 'TiB'];
  const power = Math.min(units.length, Math.floor(Math.log2(bytes) / 10));
  return `${(bytes / 1024 ** power).toFixed(1)} ${units[power - 1] ?? ''}`;
}

export function secondsText(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}
