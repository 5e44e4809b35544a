import { RECORD_TABLES, formatElements } from '../../../src/model/shipping/record-format';
import type { RecordSource } from '../../../src/model/shipping/record-table';

test('raw records pass no filter', () => {
  expect(formatElements('raw')).toEqual([]);
});

/** Names of the readings that a source takes from. */
function readingsOf(source: RecordSource): string[] {
  const own = 'read' in source ? [source.read] : [];
  const inner = Object.values(source).flatMap((value: unknown) => (typeof value === 'object' ? [value] : []));
  return [...own, ...inner.flatMap((value) => (value === null ? [] : readingsOf(value as RecordSource)))];
}

describe.each(Object.entries(RECORD_TABLES).map(([title, table]) => ({ title, table })))('$title', ({ table }) => {
  test('the last kind takes every record, and no kind before it does', () => {
    expect(table.kinds.map(({ where }) => where.length === 0)).toEqual(
      table.kinds.map((_, index, all) => index === all.length - 1),
    );
  });

  test('every kind is named once, holds the record whole, and reads only what the table reads', () => {
    expect(new Set(table.kinds.map(({ name }) => name)).size).toBe(table.kinds.length);
    for (const { where, fields } of table.kinds) {
      const sources = [...Object.values(fields), ...where.map(({ of }) => of)];
      expect(sources.some((source) => 'record' in source)).toBe(true);
      expect(sources.flatMap(readingsOf).filter((name) => !Object.hasOwn(table.readings, name))).toEqual([]);
    }
  });

  test('no field stands below another one that holds a value', () => {
    for (const { fields } of table.kinds) {
      const names = Object.keys(fields);
      expect(names.filter((name) => names.some((other) => name.startsWith(`${other}.`)))).toEqual([]);
    }
  });
});
