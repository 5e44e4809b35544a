/** The published schemas of ECS and OCSF, by their packages, installed once into the cache of the tier. */
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

type Documents = Readonly<Record<string, object>>;

const CACHE = path.join(os.homedir(), '.cache', 'cdk8s-siem', 'record-schemas-1');
const ECS_PACKAGE = '@elastic/ecs@8.11.5';
const OCSF_PACKAGES = ['ocsf-json-schema==1.2.0', 'jsonschema==4.25.1'];

/** Below `kubernetes` stands what Elastic's own collectors put there: it is no part of the schema. */
const OWN_FIELDS = /^kubernetes\./;

interface EcsField {
  readonly type: string;
  readonly allowed_values?: readonly { readonly name: string; readonly expected_event_types?: readonly string[] }[];
}

/** What the documents break, a sentence each. */
export async function schemaProblems(documents: {
  readonly ecs: Documents;
  readonly ocsf: Documents;
}): Promise<string[]> {
  install();
  const { EcsFlat } = (await import(path.join(CACHE, 'node_modules/@elastic/ecs/generated/ecs_flat.js'))) as {
    readonly EcsFlat: Readonly<Record<string, EcsField>>;
  };
  const ecs = Object.entries(documents.ecs).flatMap(([name, document]) =>
    leaves(document, '', EcsFlat).flatMap(([field, found]) =>
      ecsProblems(EcsFlat, field, found).map((text) => `${name}: ${text}`),
    ),
  );
  return [...ecs, ...ocsfProblems(documents.ocsf)];
}

function install(): void {
  const done = path.join(CACHE, 'done');
  if (fs.existsSync(done)) return;
  fs.mkdirSync(CACHE, { recursive: true });
  const run = (command: string, ...args: readonly string[]) =>
    execFileSync(command, args, { stdio: 'pipe', cwd: CACHE });
  run('npm', 'install', '--prefix', CACHE, '--no-save', '--ignore-scripts', ECS_PACKAGE);
  run('python3', '-m', 'venv', path.join(CACHE, 'python'));
  run(path.join(CACHE, 'python', 'bin', 'pip'), 'install', '--quiet', ...OCSF_PACKAGES);
  fs.writeFileSync(done, '');
}

function leaves(value: object, at: string, fields: Readonly<Record<string, EcsField>>): [string, unknown][] {
  return Object.entries(value).flatMap(([key, inner]): [string, unknown][] => {
    const field = at === '' ? key : `${at}.${key}`;
    const isHolder = typeof inner === 'object' && inner !== null && !Array.isArray(inner);
    return isHolder && fields[field]?.type !== 'object' ? leaves(inner as object, field, fields) : [[field, inner]];
  });
}

function ecsProblems(fields: Readonly<Record<string, EcsField>>, name: string, found: unknown): string[] {
  const field = fields[name];
  if (field === undefined) return OWN_FIELDS.test(name) ? [] : [`no field '${name}'`];
  if (field.type === 'object') return [];
  const values = Array.isArray(found) ? (found as unknown[]) : [found];
  return values.flatMap((value) => {
    const isRight = field.type === 'long' ? Number.isInteger(value) : typeof value === 'string';
    const isAllowed = field.allowed_values?.some(({ name: allowed }) => allowed === value) ?? true;
    return isRight && isAllowed ? [] : [`${name} is ${JSON.stringify(value)}`];
  });
}

const VALIDATE = `
import json, sys
from jsonschema import Draft202012Validator
from ocsf_json_schema import get_ocsf_schema, OcsfJsonSchemaEmbedded
schemas = OcsfJsonSchemaEmbedded(get_ocsf_schema(version='1.3.0'))
found = []
for name, event in json.load(sys.stdin).items():
    schema = schemas.get_class_schema(schemas.lookup_class_name_from_uid(class_uid=event['class_uid']))
    found += [f'{name}: {list(e.path)}: {e.message[:200]}' for e in Draft202012Validator(schema).iter_errors(event)]
print(json.dumps(found))
`;

function ocsfProblems(documents: Documents): string[] {
  const python = path.join(CACHE, 'python', 'bin', 'python');
  const output = execFileSync(python, ['-c', VALIDATE], { input: JSON.stringify(documents), encoding: 'utf8' });
  return JSON.parse(output) as string[];
}
