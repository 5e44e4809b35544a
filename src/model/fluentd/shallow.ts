import { filter } from './elements';
import type { FluentdElement } from './elements';

/**
 * Levels of a record that are kept as they are; what lies deeper becomes text. The reader of MessagePack gives up at 128,
 * and a record stands some levels deep in a delivery, and again in the sample of an alert.
 */
export const RECORD_LEVELS = 100;

/** For records whose shape a client chooses: one that is too deep would hold up all that come after it, for ever. */
export function shallowFilter(): FluentdElement {
  return filter({ '@type': 'siem_shallow', levels: RECORD_LEVELS });
}
