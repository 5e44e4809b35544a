/** Names that lead nowhere. */
import { allContainers, at, isPart, label, listAt, podTemplates, selects, textAt, textsAt } from './kubernetes-object';
import type { KubernetesObject, Part, PodTemplate } from './kubernetes-object';

/** Classes that every cluster has. */
const BUILT_IN = ['PriorityClass/system-cluster-critical', 'PriorityClass/system-node-critical'];

/** Whether something of a kind and name, with a key where it has keys, can be found. */
interface Catalogue {
  has(kind: string, namespace: string | undefined, name: string): boolean;
  hasKey(kind: string, namespace: string | undefined, name: string, key: string): boolean;
}

/**
 * References of the objects that nothing resolves.
 * @param external what exists already, as `Secret/siem/siem-api` or `Namespace/siem`
 */
export function referenceProblems(objects: readonly KubernetesObject[], external: readonly string[] = []): string[] {
  const catalogue = catalogueOf(objects, external);
  const templates = podTemplates(objects);
  return [
    ...objects.flatMap((object) => namespaceProblems(object, catalogue)),
    ...templates.flatMap((template) => podProblems(template, catalogue)),
    ...objects.flatMap((object) => selectorProblems(object, templates)),
    ...objects.flatMap((object) => peerProblems(object, templates)),
    ...objects.flatMap((object) => servicePortProblems(object, templates)),
  ];
}

function catalogueOf(objects: readonly KubernetesObject[], external: readonly string[]): Catalogue {
  const keys = new Map<string, Set<string> | undefined>([...external, ...BUILT_IN].map((name) => [name, undefined]));
  for (const object of objects) {
    const data = [...Object.keys(textsAt(object, 'data')), ...Object.keys(textsAt(object, 'binaryData'))];
    const texts = Object.keys(textsAt(object, 'stringData'));
    keys.set(label(object), new Set([...data, ...texts]));
    for (const [name, made] of secretsMadeBy(object)) keys.set(`Secret/${object.metadata.namespace}/${name}`, made);
  }
  const found = (kind: string, namespace: string | undefined, name: string): string =>
    [kind, namespace, name].filter((part) => part !== undefined).join('/');
  return {
    has: (kind, namespace, name) => keys.has(found(kind, namespace, name)),
    hasKey: (kind, namespace, name, key) => keys.get(found(kind, namespace, name))?.has(key) ?? true,
  };
}

/** Secrets that an operator writes for a custom resource. */
function secretsMadeBy(object: KubernetesObject): [string, Set<string>][] {
  if (object.kind === 'ExternalSecret') {
    const keys = listAt(object, 'spec.data').map(({ secretKey }) => String(secretKey));
    return [[textAt(object, 'spec.target.name') ?? object.metadata.name, new Set(keys)]];
  }
  if (object.kind !== 'Certificate') return [];
  return [[textAt(object, 'spec.secretName') ?? '', new Set(['tls.crt', 'tls.key', 'ca.crt'])]];
}

function namespaceProblems(object: KubernetesObject, catalogue: Catalogue): string[] {
  const { namespace } = object.metadata;
  if (namespace === undefined || catalogue.has('Namespace', undefined, namespace)) return [];
  return [`${label(object)}: the namespace '${namespace}' does not exist`];
}

function podProblems({ owner, spec }: PodTemplate, catalogue: Catalogue): string[] {
  const { namespace } = owner.metadata;
  const account = textAt(spec, 'serviceAccountName');
  const priority = textAt(spec, 'priorityClassName');
  const governing = textAt(owner, 'spec.serviceName');
  const wanted: Reference[] = [
    ...(account === undefined ? [] : [{ kind: 'ServiceAccount', namespace, name: account }]),
    ...(priority === undefined ? [] : [{ kind: 'PriorityClass', name: priority }]),
    ...(governing === undefined ? [] : [{ kind: 'Service', namespace, name: governing }]),
    ...listAt(spec, 'imagePullSecrets').map(({ name }) => ({ kind: 'Secret', namespace, name: String(name) })),
    ...listAt(spec, 'volumes').flatMap((volume) => volumeReferences(volume, namespace)),
    ...allContainers(spec).flatMap((container) => environmentReferences(container, namespace)),
  ];
  return [
    ...wanted.flatMap((reference) => missing(reference, catalogue)),
    ...mountProblems(owner, spec),
    ...allContainers(spec).flatMap(probePortProblems),
  ].map((problem) => `${label(owner)}: ${problem}`);
}

interface Reference {
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly name: string;
  readonly keys?: readonly string[];
}

function missing({ kind, namespace, name, keys = [] }: Reference, catalogue: Catalogue): string[] {
  if (!catalogue.has(kind, namespace, name)) return [`the ${kind} '${name}' does not exist`];
  return keys
    .filter((key) => !catalogue.hasKey(kind, namespace, name, key))
    .map((key) => `the ${kind} '${name}' has no key '${key}'`);
}

function volumeReferences(volume: Part, namespace: string | undefined): Reference[] {
  const sources = [volume, ...listAt(volume, 'projected.sources')];
  const references = sources.flatMap((source) => [
    ...sourceReference('ConfigMap', at(source, 'configMap'), 'name'),
    ...sourceReference('Secret', at(source, 'secret'), source === volume ? 'secretName' : 'name'),
    ...sourceReference('PersistentVolumeClaim', at(source, 'persistentVolumeClaim'), 'claimName'),
  ]);
  return references.map((reference) => ({ ...reference, namespace }));
}

function sourceReference(kind: string, source: unknown, nameField: string): Reference[] {
  const name = textAt(source, nameField);
  if (name === undefined || at(source, 'optional') === true) return [];
  return [{ kind, name, keys: listAt(source, 'items').map(({ key }) => String(key)) }];
}

function environmentReferences(container: Part, namespace: string | undefined): Reference[] {
  const single = listAt(container, 'env').flatMap((variable) => [
    ...keyReference('ConfigMap', at(variable, 'valueFrom.configMapKeyRef')),
    ...keyReference('Secret', at(variable, 'valueFrom.secretKeyRef')),
  ]);
  const whole = listAt(container, 'envFrom').flatMap((source) => [
    ...sourceReference('ConfigMap', source['configMapRef'], 'name'),
    ...sourceReference('Secret', source['secretRef'], 'name'),
  ]);
  return [...single, ...whole].map((reference) => ({ ...reference, namespace }));
}

function keyReference(kind: string, source: unknown): Reference[] {
  const name = textAt(source, 'name');
  return name === undefined ? [] : [{ kind, name, keys: [textAt(source, 'key') ?? ''] }];
}

function mountProblems(owner: KubernetesObject, spec: Part): string[] {
  const claims = listAt(owner, 'spec.volumeClaimTemplates').map((claim) => textAt(claim, 'metadata.name') ?? '');
  const volumes = [...listAt(spec, 'volumes').map(({ name }) => String(name)), ...claims];
  const mounts = allContainers(spec).flatMap((container) =>
    listAt(container, 'volumeMounts').map(({ name }) => String(name)),
  );
  return [
    ...mounts.filter((name) => !volumes.includes(name)).map((name) => `the volume '${name}' is mounted, not declared`),
    ...volumes.filter((name) => !mounts.includes(name)).map((name) => `the volume '${name}' is declared, not mounted`),
    ...repeated(volumes).map((name) => `the volume '${name}' is declared twice`),
  ];
}

function probePortProblems(container: Part): string[] {
  const declared = declaredPorts(container);
  return ['startupProbe', 'livenessProbe', 'readinessProbe'].flatMap((probe) =>
    ['httpGet', 'tcpSocket', 'grpc'].flatMap((kind) => {
      const port = at(container, `${probe}.${kind}.port`);
      if (port === undefined || declared.has(port)) return [];
      return [
        `the ${probe} of '${String(container['name'])}' asks the port ${JSON.stringify(port)}, which is not declared`,
      ];
    }),
  );
}

function declaredPorts(container: Part): Set<unknown> {
  return new Set(listAt(container, 'ports').flatMap(({ name, containerPort }) => [name, containerPort]));
}

/** What a Service, a NetworkPolicy or a PodDisruptionBudget is about. */
function podSelectorOf(object: KubernetesObject): unknown {
  if (object.kind === 'Service') {
    const labels = at(object, 'spec.selector');
    return isPart(labels) ? { matchLabels: labels } : undefined;
  }
  if (object.kind === 'NetworkPolicy') return at(object, 'spec.podSelector');
  return object.kind === 'PodDisruptionBudget' ? at(object, 'spec.selector') : undefined;
}

function selectedPods(object: KubernetesObject, templates: readonly PodTemplate[]): PodTemplate[] {
  const selector = podSelectorOf(object);
  return templates.filter(
    ({ owner, labels }) =>
      owner.metadata.namespace === object.metadata.namespace &&
      podNames(owner).some((name) => selects(selector, { ...labels, ...name })),
  );
}

/** The label that Kubernetes gives each pod of a StatefulSet; nothing for others. */
function podNames(owner: KubernetesObject): Record<string, string>[] {
  if (owner.kind !== 'StatefulSet') return [{}];
  const count = Number(at(owner, 'spec.replicas') ?? 1);
  return Array.from({ length: count }, (_, ordinal) => ({
    'statefulset.kubernetes.io/pod-name': `${owner.metadata.name}-${ordinal}`,
  }));
}

function selectorProblems(object: KubernetesObject, templates: readonly PodTemplate[]): string[] {
  if (podSelectorOf(object) === undefined || selectedPods(object, templates).length > 0) return [];
  return [`${label(object)}: selects no pod`];
}

/** A peer in a namespace of ours has to be one of our pods. */
function peerProblems(object: KubernetesObject, templates: readonly PodTemplate[]): string[] {
  if (object.kind !== 'NetworkPolicy') return [];
  const rules = [...listAt(object, 'spec.ingress'), ...listAt(object, 'spec.egress')];
  const peers = rules.flatMap((rule) => [...listAt(rule, 'from'), ...listAt(rule, 'to')]);
  return peers.flatMap((peer) => {
    const namespace = textsAt(peer, 'namespaceSelector.matchLabels')['kubernetes.io/metadata.name'];
    const ours = templates.filter(({ owner }) => owner.metadata.namespace === namespace);
    if (peer['podSelector'] === undefined || ours.length === 0) return [];
    if (ours.some(({ labels }) => selects(peer['podSelector'], labels))) return [];
    return [`${label(object)}: a peer in '${namespace}' selects no pod`];
  });
}

function servicePortProblems(object: KubernetesObject, templates: readonly PodTemplate[]): string[] {
  if (object.kind !== 'Service') return [];
  const ports = new Set(
    selectedPods(object, templates).flatMap(({ spec }) =>
      allContainers(spec).flatMap((one) => [...declaredPorts(one)]),
    ),
  );
  return listAt(object, 'spec.ports')
    .map(({ port, targetPort }) => targetPort ?? port)
    .filter((target) => !ports.has(target))
    .map((target) => `${label(object)}: no container has the port ${String(target)}`);
}

function repeated(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}
