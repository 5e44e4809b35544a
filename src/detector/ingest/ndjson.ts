import { setImmediate as nextTurn } from 'node:timers/promises';
import { LineSplitter, type SplitLine } from '../../event/line-splitter';
import { type Body, unpacked } from './body';

/** Lines of a body of newline-delimited JSON, in batches; between two batches the process can do other things. */
export async function* linesOf(body: Body, recordBytes: number): AsyncGenerator<readonly SplitLine[]> {
  const splitter = new LineSplitter(recordBytes);
  for await (const part of unpacked(body)) {
    yield splitter.push(part);
    await nextTurn();
  }
  yield splitter.end();
}
