import type { Diagnostic } from './diagnostic';
import type { Problem } from './problem';
import { problem } from './problem';
import type { SourceText } from './source';

/** More than anybody reads. */
const MOST = 100;

interface Placed {
  readonly problem: Problem;
  readonly source: SourceText;
  /** Rank of the source among the files of the load. */
  readonly file: number;
}

/** Collects what is wrong with several files. */
export class Diagnostics {
  private readonly placed: Placed[] = [];
  private readonly files = new Map<SourceText, number>();

  public add(source: SourceText, problems: readonly Problem[]): void {
    const file = this.files.get(source) ?? this.files.size;
    this.files.set(source, file);
    for (const each of problems) this.placed.push({ problem: each, source, file });
  }

  /** At most a hundred, in the order of the text; errors are the last to be left out. */
  public toList(): Diagnostic[] {
    const kept = this.placed.length <= MOST ? this.placed : this.worst(MOST - 1);
    const inOrder = [...kept].sort(byPlace).map((each) => each.source.diagnose(each.problem));
    const last = this.placed[MOST - 1];
    if (this.placed.length <= MOST || last === undefined) return inOrder;
    const rest = problem('R415', last.problem.span, String(this.placed.length - kept.length));
    return [...inOrder, last.source.diagnose(rest)];
  }

  private worst(count: number): Placed[] {
    const isError = ({ problem: { severity } }: Placed): boolean => severity === 'error';
    const errors = this.placed.filter(isError).sort(byPlace);
    const others = this.placed.filter((each) => !isError(each)).sort(byPlace);
    return [...errors, ...others].slice(0, count);
  }
}

function byPlace(a: Placed, b: Placed): number {
  return a.file - b.file || a.problem.span.start - b.problem.span.start;
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === 'error');
}
