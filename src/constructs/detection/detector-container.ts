/** The detector's container and volumes, in the form of a manifest: the same beside our aggregator and in any workload. */
import { DETECTOR_PATHS, DETECTOR_PORTS } from '../../contract/detector-config';
import { containerSecurity, NON_ROOT_ID } from '../private/pod-parts';
import type { Wire, WireObject } from '../private/strategic-merge';

export const DETECTOR_CONTAINER = 'detector';
export const STATE_VOLUME = 'detector-state';
export const ADMIN_PORT_NAME = 'detector-admin';
export const AUDIT_WEBHOOK_PORT_NAME = 'audit-webhook';

const HANDOVER_MS = 15_000;

/** Files that stand in ConfigMaps or Secrets, put into one directory. */
export interface MountedFiles {
  /** ConfigMaps, all their keys. */
  readonly configMaps?: readonly string[];
  /** Single keys of Secrets, by the file name they get. */
  readonly secretKeys?: readonly SecretFile[];
}

export interface SecretFile {
  readonly secretName: string;
  readonly key: string;
  readonly fileName: string;
}

export interface DetectorContainerOptions {
  readonly image: string;
  /** Absent: those of the image. */
  readonly command?: readonly string[];
  readonly arguments?: readonly string[];
  /** Mounted directories by their place in the container. */
  readonly files: Readonly<Partial<Record<'bundle' | 'rules' | 'settings' | 'credentials', MountedFiles>>>;
  readonly environment: Readonly<Record<string, string>>;
  readonly resources: WireObject;
  readonly hasAuditWebhook: boolean;
}

/** The container. It writes nowhere but to its state directory. */
export function detectorContainer(options: DetectorContainerOptions): WireObject {
  return {
    name: DETECTOR_CONTAINER,
    image: options.image,
    imagePullPolicy: 'IfNotPresent',
    ...(options.command === undefined ? {} : { command: [...options.command] }),
    ...(options.arguments === undefined ? {} : { args: [...options.arguments] }),
    env: Object.entries(options.environment).map(([name, value]) => ({ name, value })),
    ports: ports(options.hasAuditWebhook),
    startupProbe: { ...probe('/healthz'), periodSeconds: 2, failureThreshold: 60 },
    livenessProbe: { ...probe('/healthz'), periodSeconds: 20, timeoutSeconds: 5, failureThreshold: 6 },
    readinessProbe: { ...probe('/readyz'), periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 },
    // A pod that stops hands over what it still holds: its sender needs the detector for a while longer.
    lifecycle: { preStop: { exec: { command: ['node', '--eval', `setTimeout(() => {}, ${HANDOVER_MS})`] } } },
    resources: options.resources,
    // The pod may be anybody's, so nothing is left to its defaults.
    securityContext: {
      ...containerSecurity(),
      runAsUser: NON_ROOT_ID,
      runAsGroup: NON_ROOT_ID,
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    volumeMounts: [
      ...mountedFiles(options).map(([place]) => ({
        name: volumeName(place),
        mountPath: DETECTOR_PATHS[place],
        readOnly: true,
      })),
      { name: STATE_VOLUME, mountPath: DETECTOR_PATHS.state },
    ],
  };
}

/** The volumes with its files. Whole directories are mounted, so that changes arrive without a restart. */
export function detectorVolumes(options: DetectorContainerOptions): WireObject[] {
  return mountedFiles(options).map(([place, files]) => ({
    name: volumeName(place),
    // The group of the pod is not ours to know, so the user of the container may read as one of all.
    projected: { defaultMode: 0o444, sources: sources(files) },
  }));
}

type FilesPlace = keyof DetectorContainerOptions['files'];

function mountedFiles(options: DetectorContainerOptions): [FilesPlace, MountedFiles][] {
  return Object.entries(options.files) as [FilesPlace, MountedFiles][];
}

function volumeName(place: FilesPlace): string {
  return `detector-${place}`;
}

function sources({ configMaps = [], secretKeys = [] }: MountedFiles): WireObject[] {
  const secretNames = [...new Set(secretKeys.map(({ secretName }) => secretName))];
  return [
    ...configMaps.map((name) => ({ configMap: { name } })),
    ...secretNames.map((name) => {
      const keys = secretKeys.filter(({ secretName }) => secretName === name);
      return { secret: { name, items: keys.map(({ key, fileName }) => ({ key, path: fileName })) } };
    }),
  ];
}

function ports(hasAuditWebhook: boolean): WireObject[] {
  const admin = { name: ADMIN_PORT_NAME, containerPort: DETECTOR_PORTS.admin, protocol: 'TCP' };
  const webhook = { name: AUDIT_WEBHOOK_PORT_NAME, containerPort: DETECTOR_PORTS.auditWebhook, protocol: 'TCP' };
  return hasAuditWebhook ? [admin, webhook] : [admin];
}

function probe(path: string): WireObject {
  return { httpGet: { path, port: ADMIN_PORT_NAME } };
}

/**
 * The same container or volume as the generated classes of cdk8s-plus take it: quantities and ports are wrapped, or
 * they would be dropped without a word.
 */
export function toGeneratedForm(value: Wire, path: readonly string[] = []): Wire {
  if (Array.isArray(value)) return value.map((item) => toGeneratedForm(item, path));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toGeneratedForm(item, [...path, key])]));
  }
  return isWrapped(path) ? { value } : value;
}

function isWrapped(path: readonly string[]): boolean {
  const [parent, key] = path.slice(-2);
  return (
    parent === 'limits' || parent === 'requests' || key === 'sizeLimit' || (parent === 'httpGet' && key === 'port')
  );
}
