/** The strict schema check: every field known, of the right type, for one version of Kubernetes. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import Ajv from 'ajv';
import type { ValidateFunction } from 'ajv';
import { isPart, label } from './kubernetes-object';
import type { KubernetesObject, Part } from './kubernetes-object';

/** Folder with the OpenAPI definitions `v1.33.0.json` and so on. */
const VARIABLE = 'SIEM_KUBERNETES_SCHEMAS';

type Definitions = Record<string, Record<string, unknown>>;

/** Why schemas cannot be checked here, or undefined when they can. */
export function schemasMissing(): string | undefined {
  const folder = process.env[VARIABLE];
  if (folder === undefined)
    return `${VARIABLE} is not set: manifests are not checked against the schemas of Kubernetes`;
  return fs.existsSync(folder) ? undefined : `${VARIABLE} names '${folder}', which does not exist`;
}

const loaded = new Map<string, SchemaCheck>();

/** Fields that a version of Kubernetes, such as `1.33`, does not know or refuses. Custom resources are not checked. */
export function schemaProblems(objects: readonly KubernetesObject[], version: string): string[] {
  let check = loaded.get(version);
  if (check === undefined) loaded.set(version, (check = new SchemaCheck(version)));
  return objects.flatMap((object) => check.problemsOf(object));
}

class SchemaCheck {
  private readonly ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  private readonly names = new Map<string, string>();
  private readonly compiled = new Map<string, ValidateFunction>();

  public constructor(private readonly version: string) {
    const definitions = readDefinitions(version);
    for (const [name, definition] of Object.entries(definitions)) {
      for (const kind of kindsOf(definition)) this.names.set(kind, name);
    }
    this.ajv.addSchema({ $id: 'kubernetes', definitions });
  }

  public problemsOf(object: KubernetesObject): string[] {
    const kind = `${object.apiVersion} ${object.kind}`;
    const name = this.names.get(kind);
    if (name === undefined) return isCustom(object) ? [] : [`${label(object)}: ${kind} is not in ${this.version}`];
    const validate = this.validator(name);
    if (validate(object)) return [];
    return (validate.errors ?? []).map(({ instancePath, message, params }) => {
      const detail = 'additionalProperty' in params ? ` '${String(params['additionalProperty'])}'` : '';
      return `${label(object)}${instancePath}: ${message ?? 'not valid'}${detail} (${this.version})`;
    });
  }

  private validator(name: string): ValidateFunction {
    let validate = this.compiled.get(name);
    if (validate === undefined) {
      validate = this.ajv.compile({ $ref: `kubernetes#/definitions/${name}` });
      this.compiled.set(name, validate);
    }
    return validate;
  }
}

function readDefinitions(version: string): Definitions {
  const file = path.join(process.env[VARIABLE] ?? '', `v${version}.0.json`);
  const { definitions } = JSON.parse(fs.readFileSync(file, 'utf8')) as { definitions: Definitions };
  for (const definition of Object.values(definitions)) {
    if (isPart(definition['properties'])) definition['additionalProperties'] = false;
  }
  return definitions;
}

function kindsOf(definition: Part): string[] {
  const kinds = definition['x-kubernetes-group-version-kind'];
  if (!Array.isArray(kinds)) return [];
  return kinds.filter(isPart).map(({ group, version, kind }) => {
    const apiVersion = group === '' ? String(version) : `${String(group)}/${String(version)}`;
    return `${apiVersion} ${String(kind)}`;
  });
}

/** Groups of Kubernetes itself have no dot, or end in `k8s.io`. */
function isCustom({ apiVersion }: KubernetesObject): boolean {
  const [group, version] = apiVersion.split('/');
  return version !== undefined && group !== undefined && group.includes('.') && !group.endsWith('.k8s.io');
}
