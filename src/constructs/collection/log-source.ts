import { FILE_FORMATS } from '../../model/sources/file-formats';
import type { FileLogFormat } from '../../model/sources/file-formats';
import type { PodLogFormat } from '../../model/sources/pod-formats';
import type {
  AksLogOptions,
  EksLogOptions,
  GkeLogOptions,
  KubernetesAuditWebhookOptions,
} from './aggregator-source-options';
import type {
  ContainerLogOptions,
  ContainerSelector,
  EventLogOptions,
  FileLogOptions,
  HostAuthOptions,
  HostFileOptions,
  JournalOptions,
  KubernetesAuditOptions,
} from './log-source-options';

/**
 * What a source reads, by the place it is read from: the node agent (everywhere), the audit agent (where an API server
 * writes its log), or the aggregator (from outside the cluster).
 * @internal
 */
export type LogSourceChoice =
  | { readonly place: 'audit-agent'; readonly kind: 'kubernetes-audit'; readonly options: KubernetesAuditOptions }
  | AggregatorLogChoice
  | NodeLogChoice;

/**
 * What the aggregator reads itself.
 * @internal
 */
export type AggregatorLogChoice = { readonly place: 'aggregator' } & (
  | { readonly kind: 'eks'; readonly options: EksLogOptions }
  | { readonly kind: 'gke'; readonly options: GkeLogOptions }
  | { readonly kind: 'aks'; readonly options: AksLogOptions }
  | { readonly kind: 'audit-webhook'; readonly options: KubernetesAuditWebhookOptions }
);

/**
 * What the node agent reads.
 * @internal
 */
export type NodeLogChoice = { readonly place: 'node-agent' } & (
  | { readonly kind: 'containers'; readonly options: ContainerLogOptions }
  | { readonly kind: 'pods'; readonly format: PodLogFormat; readonly pods: ContainerSelector }
  | { readonly kind: 'journal'; readonly options: JournalOptions }
  | { readonly kind: 'host-auth'; readonly options: HostAuthOptions }
  | { readonly kind: 'application-file'; readonly format: FileLogFormat; readonly path: string }
  | { readonly kind: 'file'; readonly options: FileLogOptions }
);

/** Where records come from. Which files a source needs is mounted, and nothing else. */
export class LogSource {
  /**
   * The audit log that the API server writes into a file, on the nodes of the control plane.
   * @param options where it is
   */
  public static kubernetesAudit(options: KubernetesAuditOptions = {}): LogSource {
    return new LogSource({ place: 'audit-agent', kind: 'kubernetes-audit', options });
  }

  /**
   * Whatever containers write to their standard output and error. What a further source names is not read twice: an
   * ingress controller that `LogSource.ingressNginx()` reads is no container log beside it.
   * @param options which containers
   */
  public static containers(options: ContainerLogOptions = {}): LogSource {
    return new LogSource({ place: 'node-agent', kind: 'containers', options });
  }

  /**
   * Entries of units in the journal of the node.
   * @param options which units
   */
  public static journal(options: JournalOptions): LogSource {
    return new LogSource({ place: 'node-agent', kind: 'journal', options });
  }

  /**
   * Logins of the node itself, by sshd, sudo, su and the console.
   * @param options the journal or the files of syslog
   */
  public static hostAuth(options: HostAuthOptions = {}): LogSource {
    return new LogSource({ place: 'node-agent', kind: 'host-auth', options });
  }

  /**
   * The Linux audit daemon's log.
   * @param options where it is: `/var/log/audit/audit.log`
   */
  public static auditd(options: HostFileOptions = {}): LogSource {
    return applicationFile('auditd', options.path ?? FILE_FORMATS.auditd.path);
  }

  /**
   * Lines of a file of the node, each a record with the line as its message.
   * @param options which file, and what it speaks of
   */
  public static file(options: FileLogOptions): LogSource {
    return new LogSource({ place: 'node-agent', kind: 'file', options });
  }

  /**
   * Access log of ingress-nginx, in its default format or as JSON.
   * @param pods by default the container `controller` of pods `ingress-nginx-controller…` in `ingress-nginx`
   */
  public static ingressNginx(pods: ContainerSelector = {}): LogSource {
    return podLogs('ingress-nginx', pods);
  }

  /**
   * Access log of Envoy, in its default format or as JSON.
   * @param pods by default the container `envoy` of pods `envoy-…` in `envoy-gateway-system`
   */
  public static envoy(pods: ContainerSelector = {}): LogSource {
    return podLogs('envoy', pods);
  }

  /**
   * Query log of CoreDNS, which its plugin `log` writes.
   * @param pods by default the container `coredns` of pods `coredns-…` in `kube-system`
   */
  public static coreDns(pods: ContainerSelector = {}): LogSource {
    return podLogs('coredns', pods);
  }

  /**
   * Flows that Cilium's Hubble exports into a file.
   * @param options where it is: `/var/run/cilium/hubble/events.log`
   */
  public static hubble(options: HostFileOptions = {}): LogSource {
    return applicationFile('hubble', options.path ?? FILE_FORMATS.hubble.path);
  }

  /**
   * Flow log of Calico.
   * @param options where it is: `/var/log/calico/flowlogs/flows.log`
   */
  public static calico(options: HostFileOptions = {}): LogSource {
    return applicationFile('calico', options.path ?? FILE_FORMATS.calico.path);
  }

  /**
   * Alerts of Falco, with `json_output: true`.
   * @param options by default the container `falco` of pods `falco-…` in `falco`
   */
  public static falco(options: EventLogOptions = {}): LogSource {
    return options.path === undefined ? podLogs('falco', options) : applicationFile('falco', options.path);
  }

  /**
   * Events of Tetragon.
   * @param options by default the container `export-stdout` of pods `tetragon-…` in `kube-system`; the file that Tetragon
   *   exports to is `/var/run/cilium/tetragon/tetragon.log`
   */
  public static tetragon(options: EventLogOptions = {}): LogSource {
    return options.path === undefined ? podLogs('tetragon', options) : applicationFile('tetragon', options.path);
  }

  /**
   * Kubernetes Events, one JSON object a line on the output of an exporter's pod: the Event itself as the API server has
   * it (`{"kind":"Event",…}` or without `kind`), or the Event below `event` beside `verb`, as Eventrouter writes it.
   * @param pods by default the pods `event-exporter…` in `monitoring`
   */
  public static kubernetesEvents(pods: ContainerSelector = {}): LogSource {
    return podLogs('kubernetes-event', pods);
  }

  /**
   * Audit events of an EKS cluster, from its log group in CloudWatch. Reading goes on where it ended, also after a kill,
   * which repeats one page of events at most; with `persistence` also after the pod was deleted.
   * @param options region and log group
   */
  public static eks(options: EksLogOptions): LogSource {
    return new LogSource({ place: 'aggregator', kind: 'eks', options });
  }

  /**
   * Audit events of a GKE cluster: a log sink writes `logName:"cloudaudit.googleapis.com" AND
   * resource.type="k8s_cluster"` to a Pub/Sub topic, and a subscription pushes them here. A push is answered when its
   * event stands in the file buffers; one that was not is pushed again.
   * @param options the token of the subscription
   */
  public static gke(options: GkeLogOptions): LogSource {
    return new LogSource({ place: 'aggregator', kind: 'gke', options });
  }

  /**
   * Audit events of an AKS cluster, which a diagnostic setting writes to an event hub. What has been read is committed
   * after it stands in the file buffers: a kill repeats some ten seconds and loses nothing.
   * @param options the event hub
   */
  public static aks(options: AksLogOptions): LogSource {
    return new LogSource({ place: 'aggregator', kind: 'aks', options });
  }

  /**
   * Audit events that the API server sends by its own webhook, on port 9882 with TLS and a client certificate. They are
   * answered when they stand in the file buffers, but what the API server holds in its memory dies with it: where it can
   * write a file, `LogSource.kubernetesAudit()` is the better way.
   * @param options the certificates
   */
  public static kubernetesAuditWebhook(options: KubernetesAuditWebhookOptions): LogSource {
    return new LogSource({ place: 'aggregator', kind: 'audit-webhook', options });
  }

  /** @internal */
  public static _of(choice: LogSourceChoice): LogSource {
    return new LogSource(choice);
  }

  private constructor(private readonly choice: LogSourceChoice) {}

  /**
   * What is read, and where.
   * @internal
   */
  public _toChoice(): LogSourceChoice {
    return this.choice;
  }
}

function podLogs(format: PodLogFormat, pods: ContainerSelector): LogSource {
  return LogSource._of({ place: 'node-agent', kind: 'pods', format, pods });
}

function applicationFile(format: FileLogFormat, path: string): LogSource {
  return LogSource._of({ place: 'node-agent', kind: 'application-file', format, path });
}
