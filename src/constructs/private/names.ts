import type { IConstruct } from 'constructs';
import { LABEL_PREFIX } from '../../contract/detector-config';
import { fail } from './validate';

/** Our own selector labels: nobody else writes them, unlike `app.kubernetes.io/instance`. */
const STACK_LABEL = `${LABEL_PREFIX}/stack`;
export const COMPONENT_LABEL = `${LABEL_PREFIX}/component`;

/** Leaves room for the longest suffix that a component appends. */
const STACK_NAME_LIMIT = 40;

/** A DNS label, the strictest form that Kubernetes asks of a name. */
export function checkDnsLabel(at: IConstruct, what: string, value: string, limit = 63): string {
  if (value.length === 0 || value.length > limit) {
    fail(at, `the ${what} '${value}' has ${value.length} characters`, `give it 1 to ${limit}`);
  }
  if (!/^[a-z]([a-z0-9-]*[a-z0-9])?$/.test(value)) {
    fail(
      at,
      `the ${what} '${value}' is not a DNS label`,
      'use lower-case letters, digits and dashes, begin with a letter and end with a letter or digit',
    );
  }
  return value;
}

/** Name of an object that the reader made: any DNS subdomain. */
export function checkObjectName(at: IConstruct, what: string, value: string): string {
  if (value.length > 253 || !/^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/.test(value)) {
    fail(at, `the ${what} '${value}' is not a valid object name`, 'use lower-case letters, digits, dashes and dots');
  }
  return value;
}

const METADATA_KEY = /^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?$/;
const LABEL_VALUE = /^([A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?)?$/;

/** Keys of labels and annotations, with a domain in front or without. */
export function checkMetadataKeys(at: IConstruct, what: 'label' | 'annotation', entries: object = {}): void {
  const wrong = Object.keys(entries).find((key) => !METADATA_KEY.test(key));
  if (wrong === undefined) return;
  fail(
    at,
    `the ${what} '${wrong}' is not a valid key`,
    "write it as 'team' or 'example.com/team', the name at most 63",
  );
}

/** Values of labels; those of annotations are free. */
export function checkLabelValues(at: IConstruct, labels: Readonly<Record<string, string>> = {}): void {
  for (const [key, value] of Object.entries(labels)) {
    if (LABEL_VALUE.test(value)) continue;
    const remedy = 'use at most 63 letters, digits, dashes, dots and underscores, or make it an annotation';
    fail(at, `the value '${value}' of the label '${key}' is not valid`, remedy);
  }
}

/** `<stack>-<component>`: the name of every object, and part of the package's API. */
export function objectName(at: IConstruct, stackName: string, component: string): string {
  checkDnsLabel(at, 'stack name', stackName, STACK_NAME_LIMIT);
  return checkDnsLabel(at, 'object name', `${stackName}-${component}`);
}

/** What Services, policies and workloads select pods by. Immutable on a living workload, so never extended. */
export function selectorLabels(stackName: string, component: string): Record<string, string> {
  return { [STACK_LABEL]: stackName, [COMPONENT_LABEL]: component };
}

/** Labels of every object. */
export function recommendedLabels(stackName: string, component: string): Record<string, string> {
  return {
    'app.kubernetes.io/name': 'cdk8s-siem',
    'app.kubernetes.io/instance': stackName,
    'app.kubernetes.io/component': component,
    'app.kubernetes.io/part-of': 'security-monitoring',
    'app.kubernetes.io/managed-by': 'cdk8s',
    ...selectorLabels(stackName, component),
  };
}
