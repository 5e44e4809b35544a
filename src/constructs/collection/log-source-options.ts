import type { HostAuth } from './node-logs';

/** Options of `LogSource.kubernetesAudit()`. */
export interface KubernetesAuditOptions {
  /**
   * File that the API server writes, as in its flag `--audit-log-path`. Its directory is mounted, for rotated files.
   * @default - the path of the stack's audit policy, `/var/log/kubernetes/audit/audit.log`
   */
  readonly path?: string;

  /**
   * Labels of the nodes that have an audit log.
   * @default - every node with the label `node-role.kubernetes.io/control-plane`, whatever its value
   */
  readonly nodeSelector?: { [key: string]: string };
}

/** Some containers: those that fit everything that is given. */
export interface ContainerSelector {
  /**
   * Namespace of the pods.
   * @default - any
   */
  readonly namespaceName?: string;

  /**
   * How the names of the pods begin.
   * @default - any
   */
  readonly podNamePrefix?: string;

  /**
   * Name of the container.
   * @default - any
   */
  readonly containerName?: string;
}

/** Containers that write messages of several lines, such as stack traces. */
export interface MultilineLogs extends ContainerSelector {
  /**
   * Pattern of the beginning of a message, in Ruby's syntax and ASCII: it begins with `^`, has no group with a question
   * mark, no reference back to a group, and repeats no group, so that no line takes long to match; it is asked about the first
   * 512 bytes. A line that it does not fit belongs to the message before it, until 5 seconds pass without a further one.
   */
  readonly firstLine: string;
}

/** Options of `LogSource.containers()`. */
export interface ContainerLogOptions {
  /**
   * Namespaces whose pods are read.
   * @default - all but those of the stack itself
   */
  readonly namespaces?: string[];

  /**
   * Containers that are not read.
   * @default - none
   */
  readonly exclude?: ContainerSelector[];

  /**
   * Containers whose messages have several lines. A message is cut at 1 MiB.
   * @default - none
   */
  readonly multiline?: MultilineLogs[];
}

/** Options of `LogSource.journal()`. */
export interface JournalOptions {
  /** Units whose entries are read, such as `kubelet.service`. */
  readonly units: string[];
}

/** Options of `LogSource.hostAuth()`. */
export interface HostAuthOptions {
  /**
   * Where logins of the host are read.
   * @default HostAuth.JOURNAL
   */
  readonly origin?: HostAuth;
}

/** Options of sources that are one file of the node. */
export interface HostFileOptions {
  /**
   * The file. Its directory is mounted read-only, for rotated files.
   * @default - where the application writes by default
   */
  readonly path?: string;
}

/** Options of sources that are the standard output of a container or a file of the node. */
export interface EventLogOptions extends ContainerSelector {
  /**
   * The file, where the application is set up to write one; the containers' output is then not read for events.
   * @default - none: the output of the containers
   */
  readonly path?: string;
}

/** How a log file is rotated. */
export enum FileRotation {
  /** It is renamed and a new one is begun; the renamed one is read to its end. */
  RENAME = 'rename',
  /**
   * It is copied and then emptied, as by `copytruncate` of logrotate; the copies are not read. What is written between the
   * last reading and the emptying is lost, as with every reader, and so is what makes an emptied file longer than it was
   * before the agent looks at it, which it does at once.
   */
  COPY_TRUNCATE = 'copy-truncate',
}

/** Options of `LogSource.file()`. */
export interface FileLogOptions {
  /** The file, by its absolute path on the node. Its directory is mounted read-only, for rotated files. */
  readonly path: string;

  /** Source that the records belong to: `host-auth`, `auth`, `security-event`, `network`, `ingress`, `dns`, `journal`. */
  readonly eventSource: string;

  /**
   * Whether `*` in the name of the file stands for any characters.
   * @default false
   */
  readonly glob?: boolean;

  /**
   * How the file is rotated.
   * @default FileRotation.RENAME
   */
  readonly rotation?: FileRotation;

  /**
   * Whether the file belongs to another user than root; the agent then gets the capability `DAC_READ_SEARCH`.
   * @default false
   */
  readonly ownedByOther?: boolean;
}
