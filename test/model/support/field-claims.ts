/** Holds what the model says of a field to what arrived. */
import type { FieldExit, FieldPath } from '../../../src/model/fluentd/record-fields';
import { fieldAt } from './record-flows';
import type { Fields } from './record-flows';

export const PATHS: readonly FieldPath[] = [['a'], ['b'], ['log'], ['m'], ['m', 'x'], ['m', 'y'], ['id']];

/** Claims that are wrong of a record that was sent, and of what came of it at one output. */
export function falseClaims(exit: FieldExit, path: FieldPath, sent: Fields, arrived: readonly Fields[]): string[] {
  const had = fieldAt(sent, path);
  const isSame = (value: unknown) => JSON.stringify(value) === JSON.stringify(had);
  const wrong: string[] = [];
  if (exit.drops.length === 0 && arrived.length === 0) wrong.push('nothing drops it, and it did not arrive');
  for (const fields of arrived) {
    const value = fieldAt(fields, path);
    if (exit.fate === 'kept' && had !== undefined && !isSame(value)) wrong.push('kept, and another value arrived');
    if (exit.fate === 'removed' && value !== undefined) wrong.push('removed, and a value arrived');
    const lost = had === undefined ? [] : exit.copies.filter((copy) => !isSame(fieldAt(fields, copy)));
    wrong.push(...lost.map((copy) => `copied to ${copy.join('.')}, and another value arrived there`));
  }
  return wrong.map((claim) => `${path.join('.')} at ${exit.id}: ${claim}: ${JSON.stringify({ sent, arrived })}`);
}
