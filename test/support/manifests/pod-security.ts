/** The Pod Security Standards, checked against the level that each namespace enforces. */
import { allContainers, at, label, listAt, podTemplates, textAt } from './kubernetes-object';
import type { KubernetesObject, Part } from './kubernetes-object';

export type PodSecurityLevel = 'privileged' | 'baseline' | 'restricted';

const ENFORCE = 'pod-security.kubernetes.io/enforce';

const BASELINE_CAPABILITIES = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
]);

const RESTRICTED_VOLUMES = new Set([
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
]);

const SELINUX_TYPES = new Set(['', 'container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t']);

/**
 * Pods that their namespace would refuse.
 * @param levels for namespaces that are not among the objects; one that is has the level of its label
 */
export function podSecurityProblems(
  objects: readonly KubernetesObject[],
  levels: Readonly<Record<string, PodSecurityLevel>> = {},
): string[] {
  const labelled = objects
    .filter(({ kind }) => kind === 'Namespace')
    .map(({ metadata }) => [metadata.name, metadata.labels?.[ENFORCE] ?? 'privileged']);
  const byNamespace = { ...levels, ...(Object.fromEntries(labelled) as Record<string, PodSecurityLevel>) };
  return podTemplates(objects).flatMap(({ owner, spec }) => {
    const level = byNamespace[owner.metadata.namespace ?? ''];
    if (level === undefined) return [`${label(owner)}: the Pod Security level of its namespace is not known`];
    return podProblems(spec, level).map((problem) => `${label(owner)}: ${problem} (${level})`);
  });
}

/** What a level refuses in a pod spec. */
export function podProblems(spec: Part, level: PodSecurityLevel): string[] {
  if (level === 'privileged') return [];
  const containers = allContainers(spec);
  const baseline = [...basePodProblems(spec), ...containers.flatMap((container) => baseContainerProblems(container))];
  if (level === 'baseline') return baseline;
  return [
    ...baseline,
    ...restrictedVolumeProblems(spec),
    ...containers.flatMap((container) => restrictedContainerProblems(container, spec)),
  ];
}

function basePodProblems(spec: Part): string[] {
  const shared = ['hostNetwork', 'hostPID', 'hostIPC'].filter((field) => spec[field] === true);
  const hostPaths = listAt(spec, 'volumes').filter((volume) => 'hostPath' in volume);
  return [
    ...shared.map((field) => `${field} is set`),
    ...hostPaths.map((volume) => `the volume '${String(volume['name'])}' is a hostPath`),
    ...contextProblems('the pod', at(spec, 'securityContext')),
  ];
}

function baseContainerProblems(container: Part): string[] {
  const name = `the container '${String(container['name'])}'`;
  const context = at(container, 'securityContext');
  const added = listOfTexts(at(context, 'capabilities.add')).filter((one) => !BASELINE_CAPABILITIES.has(one));
  const hostPorts = listAt(container, 'ports').filter((port) => 'hostPort' in port);
  const procMount = textAt(context, 'procMount') ?? 'Default';
  return [
    ...(at(context, 'privileged') === true ? [`${name} is privileged`] : []),
    ...added.map((capability) => `${name} adds the capability ${capability}`),
    ...hostPorts.map(() => `${name} has a hostPort`),
    ...(procMount === 'Default' ? [] : [`${name} has procMount ${procMount}`]),
    ...contextProblems(name, context),
  ];
}

function contextProblems(who: string, context: unknown): string[] {
  const type = textAt(context, 'seLinuxOptions.type') ?? '';
  return [
    ...(SELINUX_TYPES.has(type) ? [] : [`${who} has the SELinux type ${type}`]),
    ...(textAt(context, 'seccompProfile.type') === 'Unconfined' ? [`${who} is not confined by seccomp`] : []),
    ...(textAt(context, 'appArmorProfile.type') === 'Unconfined' ? [`${who} is not confined by AppArmor`] : []),
  ];
}

function restrictedVolumeProblems(spec: Part): string[] {
  return listAt(spec, 'volumes').flatMap(({ name, ...source }) =>
    Object.keys(source)
      .filter((kind) => !RESTRICTED_VOLUMES.has(kind))
      .map((kind) => `the volume '${String(name)}' is a ${kind}`),
  );
}

function restrictedContainerProblems(container: Part, spec: Part): string[] {
  const name = `the container '${String(container['name'])}'`;
  const own = at(container, 'securityContext');
  const effective = (field: string): unknown => at(own, field) ?? at(spec, `securityContext.${field}`);
  const added = listOfTexts(at(own, 'capabilities.add')).filter((capability) => capability !== 'NET_BIND_SERVICE');
  const seccomp = effective('seccompProfile.type');
  return [
    ...(at(own, 'allowPrivilegeEscalation') === false ? [] : [`${name} may gain privileges`]),
    ...(effective('runAsNonRoot') === true ? [] : [`${name} may run as root`]),
    ...(effective('runAsUser') === 0 ? [`${name} runs as root`] : []),
    ...(seccomp === 'RuntimeDefault' || seccomp === 'Localhost' ? [] : [`${name} has no seccomp profile`]),
    ...(listOfTexts(at(own, 'capabilities.drop')).includes('ALL') ? [] : [`${name} does not drop all capabilities`]),
    ...added.map((capability) => `${name} adds the capability ${capability}`),
  ];
}

function listOfTexts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** Mounts of the node's files that the pod may write to, with their paths on the node. */
export function writableHostPaths(spec: Part): string[] {
  const paths = new Map(listAt(spec, 'volumes').map((volume) => [volume['name'], textAt(volume, 'hostPath.path')]));
  const mounts = allContainers(spec).flatMap((container) => listAt(container, 'volumeMounts'));
  return mounts
    .filter((mount) => mount['readOnly'] !== true)
    .map((mount) => paths.get(mount['name']))
    .filter((hostPath) => hostPath !== undefined);
}
