/**
 * One at a time, in the order of asking: whatever reads or changes the windows, the open alerts or the rules. Between
 * two turns they are consistent with each other.
 */
export class Turns {
  private tail: Promise<unknown> = Promise.resolve();

  public run<Result>(action: () => Promise<Result>): Promise<Result> {
    const turn = this.tail.then(action);
    this.tail = turn.catch(() => undefined);
    return turn;
  }

  /** Resolves when nothing waits any more. */
  public async drained(): Promise<void> {
    let last: unknown;
    while (last !== this.tail) {
      last = this.tail;
      await this.tail;
    }
  }
}
