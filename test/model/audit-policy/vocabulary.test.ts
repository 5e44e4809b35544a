import * as fs from 'node:fs';
import * as path from 'node:path';
import { builtInGroups } from '../../../src/model/audit-policy/vocabulary';

/** In the definitions, and served by no API server: bodies of webhooks, and what was removed. */
const NOT_SERVED = ['admission.k8s.io', 'extensions', 'imagepolicy.k8s.io'];

const schemas = process.env['SIEM_KUBERNETES_SCHEMAS'];

interface Definitions {
  readonly definitions: Readonly<
    Record<string, { readonly 'x-kubernetes-group-version-kind'?: readonly { readonly group: string }[] }>
  >;
}

test('groups are sorted, and grow with the version', () => {
  const oldest = builtInGroups('1.27');
  expect(oldest).toEqual([...oldest].sort());
  expect(oldest).toContain('');
  expect(builtInGroups('1.30')).toEqual([...oldest, 'storagemigration.k8s.io']);
});

test.each(['1.27', '1.30', '1.33', '1.36'])(
  'they are those of the definitions of Kubernetes %s, where these are at hand',
  (version) => {
    if (schemas === undefined) {
      console.warn(
        'SIEM_KUBERNETES_SCHEMAS is not set: API groups are not compared with the definitions of Kubernetes',
      );
      return;
    }
    const { definitions } = JSON.parse(
      fs.readFileSync(path.join(schemas, `v${version}.0.json`), 'utf8'),
    ) as Definitions;
    const groups = Object.values(definitions).flatMap((one) => one['x-kubernetes-group-version-kind'] ?? []);
    const served = new Set(groups.map(({ group }) => group).filter((group) => !NOT_SERVED.includes(group)));
    expect(builtInGroups(version)).toEqual([...served].sort());
  },
);
