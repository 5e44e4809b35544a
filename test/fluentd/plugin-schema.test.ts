/** The table of plugins against the plugins themselves, as they are installed here. */
import { PLUGIN_IDS, readDeclarations, withShared } from '../../scripts/plugin-schema';
import { PLUGIN_TABLE, SHARED_SECTIONS } from '../../src/model/fluentd/plugin-table';

test('what the table says of each installed plugin is what the plugin declares', () => {
  const declared = readDeclarations(process.env['SIEM_FLUENTD_HOME'] ?? '');
  const installed = Object.entries(declared).filter((entry): entry is [string, string] => entry[1] !== null);
  const fresh = installed.map(([id, text]) => [id, withShared(text, SHARED_SECTIONS)]);
  const known = installed.map(([id]) => [id, PLUGIN_TABLE[id]]);
  expect(known).toEqual(fresh);
  expect(installed.length).toBeGreaterThan(60);
});

test('the table holds the plugins that it is made for, and no others', () => {
  expect(Object.keys(PLUGIN_TABLE)).toEqual(PLUGIN_IDS);
});
