import { POD_FORMATS } from '../../../src/model/sources/pod-formats';
import { selectorGlob, selectorPattern } from '../../../src/model/sources/pod-selector';
import type { PodSelector } from '../../../src/model/sources/pod-selector';

interface Row {
  readonly title: string;
  readonly selector: PodSelector;
  readonly glob: string;
  readonly fits: readonly string[];
  readonly misses: readonly string[];
}

const UID = '4f0d7b1e-6c2a-4a8e-9a51-0d4c5e6f7a8b';

const rows: readonly Row[] = [
  { title: 'all', selector: {}, glob: '/p/*/*/*.log*', fits: [`/p/a_b_${UID}/c/0.log`], misses: [] },
  {
    title: 'a namespace',
    selector: { namespaceName: 'shop' },
    glob: '/p/shop_*/*/*.log*',
    fits: [`/p/shop_web-0_${UID}/app/0.log`, `/p/shop_web-0_${UID}/app/0.log.20260301-095900`],
    misses: [`/p/shop-2_web-0_${UID}/app/0.log`, `/p/my-shop_web-0_${UID}/app/0.log`, `/p/x_shop_${UID}/app/0.log`],
  },
  {
    title: 'a namespace with a dot',
    selector: { namespaceName: 'team.a' },
    glob: '/p/team.a_*/*/*.log*',
    fits: [`/p/team.a_web-0_${UID}/app/0.log`],
    misses: [`/p/teamxa_web-0_${UID}/app/0.log`],
  },
  {
    title: 'a prefix in any namespace',
    selector: { podNamePrefix: 'falco-' },
    glob: '/p/*_falco-*_*/*/*.log*',
    fits: [`/p/security_falco-x_${UID}/falco/0.log`],
    misses: [`/p/falco-x_web_${UID}/falco/0.log`],
  },
  {
    title: 'a container in any pod',
    selector: { containerName: 'envoy' },
    glob: '/p/*/envoy/*.log*',
    fits: [`/p/shop_web_${UID}/envoy/3.log`],
    misses: [`/p/shop_web_${UID}/envoy-2/3.log`, `/p/shop_envoy_${UID}/app/3.log`],
  },
];

test.each(rows)('selects $title by its files', ({ selector, glob, fits, misses }) => {
  expect(selectorGlob('/p', selector)).toBe(glob);
  const pattern = new RegExp(selectorPattern(selector).replaceAll(String.raw`\z`, '$'));
  for (const path of fits) expect(path).toMatch(pattern);
  for (const path of misses) expect(path).not.toMatch(pattern);
});

test.each(['a*', 'A', 'a_b', 'a/b', '', 'a|b', '-a'])('refuses %j as a name', (name) => {
  expect(() => selectorPattern({ namespaceName: name })).toThrow('is no name of a namespace or a container');
  expect(() => selectorGlob('/p', { containerName: name })).toThrow('is no name of a namespace or a container');
});

test('every format names a namespace, so that no application passes for another', () => {
  for (const { pods } of Object.values(POD_FORMATS)) expect(pods.namespaceName).toBeDefined();
});
