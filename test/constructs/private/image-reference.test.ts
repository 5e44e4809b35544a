import { App } from 'cdk8s';
import { Construct } from 'constructs';
import { checkImageReference, namesRegistry } from '../../../src/constructs/private/image-reference';

const at = new Construct(new App({ outdir: 'unused' }), 'Here');
const digest = `sha256:${'0'.repeat(64)}`;

test.each([
  { title: 'a full version', reference: 'team/app:1.2.3', parts: { repository: 'team/app', tag: '1.2.3' } },
  {
    title: 'a version within a longer tag',
    reference: 'app:v1.19.3-debian-1.1',
    parts: { repository: 'app', tag: 'v1.19.3-debian-1.1' },
  },
  { title: 'a digest', reference: `app@${digest}`, parts: { repository: 'app', digest } },
  {
    title: 'a registry with a port, a tag that moves, and a digest',
    reference: `registry.example.com:5000/team/app:latest@${digest}`,
    parts: { repository: 'registry.example.com:5000/team/app', tag: 'latest', digest },
  },
])('takes $title', ({ reference, parts }) => {
  expect(checkImageReference(at, reference)).toEqual(parts);
});

test.each([
  { title: 'no tag', reference: 'team/app', problem: "the image 'team/app' has no tag" },
  {
    title: 'latest',
    reference: 'team/app:latest',
    problem: "the image 'team/app:latest' has the tag 'latest', which can move",
  },
  {
    title: 'a minor version',
    reference: 'team/app:1.2',
    problem: "the tag '1.2', which can move; name a full version",
  },
  { title: 'a port instead of a tag', reference: 'registry.example.com:5000/app', problem: 'has no tag' },
  { title: 'a digest that is cut', reference: 'app@sha256:00', problem: "'app@sha256:00' is not an image reference" },
  { title: 'blanks', reference: 'team/app :1.2.3', problem: 'is not an image reference' },
])('refuses $title', ({ reference, problem }) => {
  expect(() => checkImageReference(at, reference)).toThrow(problem);
});

test('a reference names its registry when its first part is a host', () => {
  const references = ['team/app:1.2.3', 'ghcr.io/team/app:1.2.3', 'localhost/app:1.2.3', 'app:1.2.3'];
  expect(references.map(namesRegistry)).toEqual([false, true, true, false]);
});
