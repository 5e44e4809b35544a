import { FLUENTD_PORTS } from '../../contract/detector-config';
import type { MountedVolume } from './pod-parts';
import type { ServicePort } from './objects';
import { containerSecurity } from './pod-parts';
import type { WireObject } from './strategic-merge';

const FLUENTD_CONTAINER = 'fluentd';
export const CONFIG_FILE = 'fluent.conf';
export const CONFIG_FOLDER = '/fluentd/etc';
/** Where plugins of ours are found: they come in the ConfigMap of the configuration that uses them. */
const PLUGIN_FOLDERS = ['/fluentd/plugins', CONFIG_FOLDER];
/** Buffers, positions, and temporary files: the only place that Fluentd writes to. */
export const STATE_FOLDER = '/state';

export const METRICS_PORT_NAME = 'metrics';
export const FORWARD_PORT_NAME = 'forward';

/** The same without what only one pod may read. */
export const STANDBY_CONFIG_FILE = 'standby.conf';

const CONFIG_ARGUMENTS = ['-c', `${CONFIG_FOLDER}/${CONFIG_FILE}`];
const ARGUMENTS = [...PLUGIN_FOLDERS.flatMap((folder) => ['-p', folder]), '--gemfile', '/fluentd/Gemfile'];

/** Ruby refuses a temporary directory that everyone may write to, as an `emptyDir` is: it gets one of its own inside. */
const OWN_TEMPORARY_DIRECTORY = 'mkdir -p -m 0700 "$TMPDIR" && exec fluentd "$@"';

/** The name of a StatefulSet's pod ends with its number. */
const CONFIG_BY_ORDINAL = [
  'case "$HOSTNAME" in',
  `*-0) config=${CONFIG_FILE} ;;`,
  `*) config=${STANDBY_CONFIG_FILE} ;;`,
  'esac',
  `mkdir -p -m 0700 "$TMPDIR" && exec fluentd -c "${CONFIG_FOLDER}/$config" "$@"`,
].join('\n');

export interface FluentdContainerOptions {
  readonly image: string;
  readonly volumes: readonly Pick<MountedVolume, 'mount'>[];
  readonly environment: readonly WireObject[];
  readonly resources: WireObject;
  /** Whether everyone may write to the state folder. */
  readonly isStateShared: boolean;
  /** Whether agents deliver here. */
  readonly takesForward: boolean;
  readonly addedCapabilities?: readonly string[];
  /** Further listeners. */
  readonly ports?: readonly ServicePort[];
  /** Whether only the first pod reads `CONFIG_FILE`, the others `STANDBY_CONFIG_FILE`. */
  readonly isConfigByOrdinal?: boolean;
}

/** The entrypoint of the image is bypassed: it rewrites the configuration, and stops on some values that it documents. */
export function fluentdContainer(options: FluentdContainerOptions): WireObject {
  const temporary = options.isStateShared ? `${STATE_FOLDER}/tmp` : STATE_FOLDER;
  return {
    name: FLUENTD_CONTAINER,
    image: options.image,
    imagePullPolicy: 'IfNotPresent',
    command: ['tini', '--', ...(options.isStateShared ? ['sh', '-c', script(options)] : []), 'fluentd'],
    args: options.isConfigByOrdinal === true ? ARGUMENTS : [...CONFIG_ARGUMENTS, ...ARGUMENTS],
    env: [{ name: 'HOME', value: temporary }, { name: 'TMPDIR', value: temporary }, ...options.environment],
    ports: ports(options),
    ...probes(options.takesForward),
    resources: options.resources,
    securityContext: containerSecurity(options.addedCapabilities),
    volumeMounts: options.volumes.map(({ mount }) => mount),
  };
}

function script({ isConfigByOrdinal = false }: FluentdContainerOptions): string {
  return isConfigByOrdinal ? CONFIG_BY_ORDINAL : OWN_TEMPORARY_DIRECTORY;
}

function ports({ takesForward, ports: further = [] }: FluentdContainerOptions): WireObject[] {
  const metrics = { name: METRICS_PORT_NAME, containerPort: FLUENTD_PORTS.metrics, protocol: 'TCP' };
  const forward = { name: FORWARD_PORT_NAME, containerPort: FLUENTD_PORTS.forward, protocol: 'TCP' };
  const others = further.map(({ name, port }) => ({ name, containerPort: port, protocol: 'TCP' }));
  return takesForward ? [forward, metrics, ...others] : [metrics];
}

/**
 * Alive is who still answers; ready is who takes records, or for an agent who listens at all. Neither looks at what is
 * buffered: a restart would not make a SIEM accept it.
 */
function probes(takesForward: boolean): WireObject {
  const metrics = { httpGet: { path: '/metrics', port: METRICS_PORT_NAME } };
  return {
    startupProbe: { ...metrics, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 30 },
    livenessProbe: { ...metrics, periodSeconds: 30, timeoutSeconds: 5, failureThreshold: 5 },
    readinessProbe: {
      tcpSocket: { port: takesForward ? FORWARD_PORT_NAME : METRICS_PORT_NAME },
      periodSeconds: 10,
      timeoutSeconds: 5,
      failureThreshold: 3,
    },
  };
}
