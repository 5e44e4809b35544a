/** What linters of manifests ask for beyond what the API server does. */
import { allContainers, at, label, listAt, podTemplates, selects, textAt, textsAt } from './kubernetes-object';
import type { KubernetesObject, Part, PodTemplate } from './kubernetes-object';

const RECOMMENDED = ['name', 'instance', 'component', 'part-of', 'managed-by'].map((key) => `app.kubernetes.io/${key}`);

/** Linters take a ConfigMap with such a key for one that holds a secret. */
const SECRET_KEY = /secret|key|password|pwd|token|jwt|bearer|credential/i;
const SECRET_VARIABLE = /secret|password|token|bearer/i;
const SECRET_VALUE = /PRIVATE KEY|Bearer [\w.-]{8}|AKIA[A-Z0-9]{12}|eyJhbGciO/;

export function lintProblems(objects: readonly KubernetesObject[]): string[] {
  return [
    ...objects.flatMap((object) => [
      ...labelProblems(label(object), object.metadata.labels ?? {}),
      ...configMapProblems(object),
    ]),
    ...podTemplates(objects).flatMap((template) => podLint(template, objects)),
  ];
}

function labelProblems(who: string, labels: Readonly<Record<string, string>>): string[] {
  return RECOMMENDED.filter((key) => !(key in labels)).map((key) => `${who}: the label '${key}' is missing`);
}

function configMapProblems(object: KubernetesObject): string[] {
  if (object.kind !== 'ConfigMap') return [];
  const data = Object.entries(textsAt(object, 'data'));
  return [
    ...data.filter(([key]) => SECRET_KEY.test(key)).map(([key]) => `the key '${key}' looks like a secret`),
    ...data.filter(([, text]) => SECRET_VALUE.test(text)).map(([key]) => `the value of '${key}' looks like a secret`),
  ].map((problem) => `${label(object)}: ${problem}`);
}

function podLint(template: PodTemplate, objects: readonly KubernetesObject[]): string[] {
  const { owner, labels, spec } = template;
  const isCovered = objects.some(
    (object) =>
      object.kind === 'NetworkPolicy' &&
      object.metadata.namespace === owner.metadata.namespace &&
      selects(at(object, 'spec.podSelector'), labels),
  );
  return [
    ...labelProblems(`${label(owner)} pods`, labels),
    ...(isCovered ? [] : [`${label(owner)}: no NetworkPolicy selects the pods`]),
    ...(spec['priorityClassName'] === undefined ? [`${label(owner)}: no priority class`] : []),
    ...(spec['automountServiceAccountToken'] === false ? [] : [`${label(owner)}: the pods get a token`]),
    ...listAt(spec, 'containers').flatMap((one) => [...resourceLint(one), ...probeLint(one)].map(within(owner, one))),
    ...allContainers(spec).flatMap((one) => containerLint(one).map(within(owner, one))),
  ];
}

function within(owner: KubernetesObject, container: Part): (problem: string) => string {
  return (problem) => `${label(owner)}: the container '${String(container['name'])}' ${problem}`;
}

function resourceLint(container: Part): string[] {
  const wanted = [
    'requests.cpu',
    'requests.memory',
    'requests.ephemeral-storage',
    'limits.memory',
    'limits.ephemeral-storage',
  ];
  return wanted.filter((path) => at(container, `resources.${path}`) === undefined).map((path) => `has no ${path}`);
}

function probeLint(container: Part): string[] {
  const [liveness, readiness] = [container['livenessProbe'], container['readinessProbe']];
  if (liveness === undefined || readiness === undefined) return ['lacks a liveness or a readiness probe'];
  const handler = (probe: unknown): string =>
    JSON.stringify(['httpGet', 'tcpSocket', 'exec', 'grpc'].map((kind) => at(probe, kind)));
  return handler(liveness) === handler(readiness) ? ['asks the same to know if it is alive and if it is ready'] : [];
}

function containerLint(container: Part): string[] {
  const image = textAt(container, 'image') ?? '';
  const variables = listAt(container, 'env').filter(
    (variable) => 'value' in variable && SECRET_VARIABLE.test(String(variable['name'])),
  );
  return [
    ...(/@sha256:[0-9a-f]{64}$|:[^/:]*\d+\.\d+\.\d+[^/:]*$/.test(image)
      ? []
      : [`has the image '${image}', not pinned`]),
    ...(at(container, 'securityContext.readOnlyRootFilesystem') === true ? [] : ['may write to its root file system']),
    ...variables.map(({ name }) => `has the variable '${String(name)}', which looks like a secret`),
  ];
}
