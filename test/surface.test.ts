import { builtAssembly, builtDeclarations, declaredUnions, surfaceProblems } from './support/surface';
import type { SurfaceType } from './support/surface';

function problemsOf(type: Partial<SurfaceType>): string[] {
  const whole: SurfaceType = { kind: 'class', name: 'Planted', docs: { summary: 'Planted.' }, ...type };
  return surfaceProblems({ types: { 'cdk8s-siem.Planted': whole } });
}

const docs = { summary: 'A planted member.' };

test('the surface can be used from every language that jsii serves, and every member is documented', () => {
  expect(surfaceProblems(builtAssembly())).toEqual([]);
});

test('the surface is not empty', () => {
  const names = Object.values(builtAssembly().types ?? {}).map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['SecurityMonitoring', 'Detector', 'FluentdCollector', 'AuditPolicy']));
});

test('no public member is typed as a union, not even of literals', () => {
  expect(builtDeclarations().flatMap(declaredUnions)).toEqual([]);
});

test.each([
  {
    title: 'a union',
    type: { properties: [{ name: 'size', docs, type: { union: { types: [] } } }] },
    problem: 'Planted.size: union',
  },
  {
    title: 'a list of any',
    type: {
      methods: [
        {
          name: 'addAll',
          docs,
          parameters: [{ name: 'items', type: { collection: { elementtype: { primitive: 'any' } } } }],
        },
      ],
    },
    problem: 'Planted.addAll() items: any',
  },
  {
    title: 'a result of any',
    type: { methods: [{ name: 'render', docs, returns: { type: { primitive: 'any' } } }] },
    problem: 'Planted.render() result: any',
  },
  {
    title: 'an undocumented member',
    type: { properties: [{ name: 'size', type: { primitive: 'number' } }] },
    problem: 'Planted.size: undocumented',
  },
  {
    title: 'an undocumented member of an enum',
    type: { kind: 'enum', members: [{ name: 'LOW' }] },
    problem: 'Planted.LOW: undocumented',
  },
  { title: 'an undocumented constructor', type: { initializer: {} }, problem: 'new Planted(): undocumented' },
  { title: 'an undocumented type', type: { docs: {} }, problem: 'Planted: undocumented' },
  {
    title: 'an optional member of a struct without @default',
    type: {
      kind: 'interface',
      datatype: true,
      properties: [{ name: 'size', docs, optional: true, type: { primitive: 'number' } }],
    },
    problem: 'Planted.size: optional without @default',
  },
  {
    title: 'a reserved name of a property',
    type: { properties: [{ name: 'event', docs, type: { primitive: 'string' } }] },
    problem: "Planted.event: 'event' is reserved in a target language",
  },
  {
    title: 'a reserved name of a parameter of the constructor',
    type: { initializer: { docs, parameters: [{ name: 'namespace', type: { primitive: 'string' } }] } },
    problem: "new Planted() namespace: 'namespace' is reserved in a target language",
  },
  {
    title: 'data with the name of a behaviour',
    type: { kind: 'interface', name: 'IPRange' },
    problem: 'IPRange: data with the name of a behaviour; other languages cannot build it',
  },
] as const)('finds $title', ({ type, problem }) => {
  expect(problemsOf(type)).toEqual([problem]);
});

test('finds a union of literals, which the assembly shows as a string', () => {
  const text = `export declare class Planted {
    private readonly hidden: 'a' | 'b';
    readonly optional?: string | undefined;
    /** @internal */
    _inside(): 'a' | 'b';
    mode(level: 'low' | 'high'): void;
  }`;
  expect(declaredUnions({ file: 'planted.d.ts', text })).toEqual(['planted.d.ts: Planted.mode: union']);
});
