/** What becomes of a field on its way through the filters. */
import { relation } from './path';
import type { FieldPath } from './path';

/**
 * `kept`: every record that gets here has the value that it had, if it had one. `removed`: no record has the field.
 * `changed`: what stands there, if anything, was written on the way. `maybe`: that depends on the record, or nobody knows.
 */
export type Fate = 'kept' | 'removed' | 'changed' | 'maybe';

/** What one filter does to one field. */
export type Touch = 'none' | 'set' | 'remove' | 'unknown';

export function afterTouch(fate: Fate, touch: Touch): Fate {
  switch (touch) {
    case 'none':
      return fate;
    case 'set':
      return 'changed';
    case 'remove':
      return 'removed';
    case 'unknown':
      return 'maybe';
  }
}

/** Of a field that gets here on two ways, or is touched in some records only. */
export function joined(a: Fate, b: Fate): Fate {
  return a === b ? a : 'maybe';
}

/** A field is touched when it, or what it is inside of, is written or removed; what is around one is changed by it. */
export function touchBy(path: FieldPath, other: FieldPath, touch: 'set' | 'remove'): Touch {
  const place = relation(path, other);
  if (place === 'apart') return 'none';
  if (place === 'around') return touch === 'set' ? 'set' : 'unknown';
  return touch;
}
