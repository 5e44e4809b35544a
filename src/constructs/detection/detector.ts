import { Construct } from 'constructs';
import { ALERT_TAG, DETECTOR_PORTS, FLUENTD_PORTS } from '../../contract/detector-config';
import type { ContainerResources } from '../container-resources';
import type { AggregatorOperationProps } from '../collection/aggregator-operation';
import { FluentdAggregator, STATE_VOLUME as FLUENTD_STATE } from '../collection/fluentd-aggregator';
import type { FluentdImage } from '../collection/fluentd-image';
import type { LogSource } from '../collection/log-source';
import type { TransportSecurity } from '../collection/transport-security';
import type { SiemConnection } from '../destinations/siem-connection';
import { headlessService, sourceService, spreadPods, statefulSpec, volumeClaim } from '../private/aggregator-pods';
import { Component } from '../private/component';
import { FORWARD_PORT_NAME, METRICS_PORT_NAME } from '../private/fluentd-container';
import type { Manifest } from '../private/manifest';
import { addressPeer, ANY_POD, checkRanges, componentPeer, networkPolicy } from '../private/network-policy';
import type { TrafficRule } from '../private/network-policy';
import type { ServicePort } from '../private/objects';
import { podDisruptionBudget, priorityClass, service, serviceAccount } from '../private/objects';
import { nonRootPodSecurity } from '../private/pod-parts';
import { nodeSelector, tolerations } from '../private/scheduling';
import type { WireObject } from '../private/strategic-merge';
import { fail } from '../private/validate';
import { addWarning } from '../private/warnings';
import { PodWorkload } from '../private/workload';
import type { PodWorkloadOptions } from '../private/workload';
import { webhookPorts } from './alert-webhook';
import type { DetectionProps } from './detection-props';
import { ADMIN_PORT_NAME, AUDIT_WEBHOOK_PORT_NAME, STATE_VOLUME as DETECTOR_STATE } from './detector-container';
import { DetectorSidecar } from './detector-sidecar';

/** Properties of `Detector`. */
export interface DetectorProps extends DetectionProps, AggregatorOperationProps {
  /**
   * Namespace of the objects. It has to exist.
   * @default - the name of the stack
   */
  readonly namespaceName?: string;

  /**
   * Namespace that the agents deliver from.
   * @default - '<stack>-agents'
   */
  readonly agentNamespaceName?: string;

  /**
   * What is read: of these, the aggregator reads `LogSource.eks()`, `.gke()`, `.aks()` and `.kubernetesAuditWebhook()`
   * itself, and the collector all others.
   * @default - nothing but what agents send
   */
  readonly sources?: LogSource[];

  /**
   * Where records and alerts are shipped.
   * @default - nowhere: records go to the detector, alerts to the webhooks only
   */
  readonly connection?: SiemConnection;

  /**
   * How agents and aggregator trust each other.
   * @default TransportSecurity.existing()
   */
  readonly transport?: TransportSecurity;

  /**
   * Image of Fluentd.
   * @default - the published image with the clients that the destinations need
   */
  readonly fluentdImage?: FluentdImage;

  /**
   * What Fluentd's container asks for and may use.
   * @default - 250m CPU and 512Mi memory, at most 2 CPUs and 1Gi, and the disk that its buffers need
   */
  readonly aggregatorResources?: ContainerResources;

  /**
   * What may wait for the detector, as a Kubernetes quantity; beyond it the oldest is dropped and counted.
   * @default '1Gi'
   */
  readonly detectorBufferSize?: string;
}

/** Buffers are flushed in that time when the pod stops. */
const GRACE_SECONDS = 120;
/** A file system keeps some of a volume to itself. */
const VOLUME_SHARE = 1.1;
const FORWARD_PORTS: ServicePort[] = [{ name: FORWARD_PORT_NAME, port: FLUENTD_PORTS.forward }];
/** Below the agents': a node that has to choose keeps reading its logs. */
const PRIORITY = 900_000;

/** Alerts that were not delivered yet; the queue file is rewritten now and then, so it needs room twice. */
const DETECTOR_STATE_BYTES = 512 * 2 ** 20;

/**
 * The detection sidecar workload: an aggregator that takes what the agents send and ships it, and the detector beside it
 * in the same pod. One active replica, because a count over a window needs the whole stream. A restart of a container
 * loses nothing; a Deployment's pod that is deleted while the SIEM refuses loses what it had buffered, a StatefulSet's,
 * which `persistence` makes of it, does not.
 */
export class Detector extends Construct {
  /** Configuration of the aggregator's Fluentd. */
  public readonly aggregator: FluentdAggregator;
  /** The Deployment, or the StatefulSet. */
  public readonly workload: PodWorkload;
  /** The detector beside the aggregator. */
  public readonly sidecar: DetectorSidecar;
  /** Where the agents deliver. */
  public readonly service: Manifest;
  /** Gives each pod a name of its own, where they are those of a StatefulSet. */
  public readonly headlessService?: Manifest;
  /** Where senders outside the stack deliver, when there are any: the active pod. */
  public readonly sourceService?: Manifest;
  /** Identity of the pod, without a token. */
  public readonly serviceAccount: Manifest;
  /** What may reach the pod, and what it may reach. */
  public readonly networkPolicy: Manifest;
  /** Lets a drain move the pod. */
  public readonly disruptionBudget: Manifest;
  /** Keeps the pod when its node runs short, when it is the stack's own. */
  public readonly priorityClass?: Manifest;

  private readonly component: Component;

  /**
   * Declares the Deployment and what belongs to it.
   * @param scope where it belongs
   * @param id name of the construct
   * @param props rules, destinations and transport
   */
  public constructor(
    scope: Construct,
    id: string,
    private readonly props: DetectorProps,
  ) {
    super(scope, id);
    this.component = new Component(this, 'aggregator', props);
    this.aggregator = new FluentdAggregator(this, 'Aggregator', props);
    this.serviceAccount = serviceAccount(this, 'ServiceAccount', this.component);
    this.aggregator._identify(this.serviceAccount);
    if (props.aggregatorScheduling?.priorityClassName === undefined) {
      this.priorityClass = priorityClass(this, 'PriorityClass', this.component, PRIORITY);
    }
    this.workload = PodWorkload._of(this, 'Workload', {
      ...this.workloadOptions(),
      component: this.component,
      podSpec: () => this.podSpec(),
      podAnnotations: () => this.aggregator._podAnnotations(),
    });
    this.sidecar = DetectorSidecar.attachTo(this.workload, {
      ...props,
      ...(props.connection !== undefined && { siemUrl: `http://127.0.0.1:${FLUENTD_PORTS.alerts}/${ALERT_TAG}` }),
      monitorUrl: `http://127.0.0.1:${FLUENTD_PORTS.monitor}`,
    });
    this.service = service(this, 'Service', this.component, this.servicePorts());
    // Records shall reach the SIEM also while the detector beside Fluentd starts, or has no rule that it can read.
    this.service.override({ spec: { publishNotReadyAddresses: true } });
    if (props.persistence !== undefined) {
      this.headlessService = headlessService(this, 'HeadlessService', this.component, FORWARD_PORTS);
    }
    const listeners = this.aggregator._ports();
    if (listeners.length > 0) {
      this.sourceService = sourceService(this, 'SourceService', {
        component: this.component,
        ports: listeners,
        isStandby: props.standby ?? false,
      });
    }
    checkWebhook(this, props);
    this.disruptionBudget = podDisruptionBudget(this, 'DisruptionBudget', this.component);
    this.networkPolicy = networkPolicy(this, 'NetworkPolicy', {
      component: this.component,
      ingress: () => this.ingress(),
      egress: () => this.egress(),
    });
    checkRanges(this, 'source range', props.auditWebhook?.sourceRanges);
    if (props.connection === undefined && (props.webhooks ?? []).length === 0) {
      addWarning(this, "alerts stand in the detector's log only; give 'connection' or 'webhooks'");
    }
  }

  private workloadOptions(): Pick<PodWorkloadOptions, 'kind' | 'spec' | 'volumeClaims'> {
    const { persistence, standby = false } = this.props;
    if (persistence === undefined) {
      return { kind: 'Deployment', spec: { replicas: 1, strategy: { type: 'Recreate' }, revisionHistoryLimit: 3 } };
    }
    const options = { component: this.component, persistence, isStandby: standby };
    const claim = (name: string, size: string | undefined, neededBytes: number): WireObject =>
      volumeClaim(this, options, { name, size, neededBytes });
    return {
      kind: 'StatefulSet',
      spec: statefulSpec(options),
      volumeClaims: {
        [FLUENTD_STATE]: () => claim(FLUENTD_STATE, persistence.size, this.aggregator._bufferBytes() * VOLUME_SHARE),
        [DETECTOR_STATE]: () => claim(DETECTOR_STATE, persistence.detectorSize ?? '1Gi', DETECTOR_STATE_BYTES),
      },
    };
  }

  private podSpec(): WireObject {
    const { imagePullSecrets } = this.component;
    const { aggregatorScheduling = {}, standby = false } = this.props;
    const tolerated = tolerations(this, aggregatorScheduling.tolerations ?? []);
    return {
      serviceAccountName: this.serviceAccount.name,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      priorityClassName: aggregatorScheduling.priorityClassName ?? this.component.name,
      nodeSelector: nodeSelector(this, aggregatorScheduling.nodeSelector),
      ...(tolerated.length > 0 && { tolerations: tolerated }),
      ...(standby && spreadPods(this.component)),
      terminationGracePeriodSeconds: GRACE_SECONDS,
      // A volume may hold thousands of chunks, and each would get its group again at every start.
      securityContext: {
        ...nonRootPodSecurity(),
        ...(this.props.persistence !== undefined && { fsGroupChangePolicy: 'OnRootMismatch' }),
      },
      ...(imagePullSecrets.length > 0 && { imagePullSecrets: imagePullSecrets.map((name) => ({ name })) }),
      containers: [this.aggregator._container()],
      volumes: this.aggregator._volumes(),
    };
  }

  private servicePorts(): ServicePort[] {
    const webhook = { name: AUDIT_WEBHOOK_PORT_NAME, port: DETECTOR_PORTS.auditWebhook };
    return [
      ...FORWARD_PORTS,
      { name: METRICS_PORT_NAME, port: FLUENTD_PORTS.metrics },
      { name: ADMIN_PORT_NAME, port: DETECTOR_PORTS.admin },
      ...(this.props.auditWebhook === undefined ? [] : [webhook]),
    ];
  }

  /** Metrics name no record and no secret, so whoever scrapes them in this cluster may. */
  private ingress(): TrafficRule[] {
    const { auditWebhook, agentNamespaceName } = this.props;
    const { stackName } = this.component;
    const agents = ['node-agent', 'audit-agent'].map((agent) =>
      componentPeer(stackName, agent, agentNamespaceName ?? `${stackName}-agents`),
    );
    const metrics = { ports: [FLUENTD_PORTS.metrics, DETECTOR_PORTS.admin], peers: [ANY_POD] };
    const forward = { ports: [FLUENTD_PORTS.forward], peers: agents };
    const rules: TrafficRule[] = [forward, metrics, ...this.aggregator._ingress()];
    if (auditWebhook === undefined) return rules;
    const { sourceRanges } = auditWebhook;
    const peers = sourceRanges === undefined ? {} : { peers: sourceRanges.map(addressPeer) };
    return [...rules, { ports: [DETECTOR_PORTS.auditWebhook], ...peers }];
  }

  private egress(): TrafficRule[] {
    const { webhooks = [] } = this.props;
    const receivers = webhooks.length === 0 ? [] : [{ ports: webhookPorts(webhooks) }];
    return [...this.aggregator._egress(), ...receivers];
  }
}

/** The detector's own listener stands in every pod, and behind one Service the stream would be split between them. */
function checkWebhook(at: Construct, { standby = false, auditWebhook, sources = [] }: DetectorProps): void {
  if (auditWebhook === undefined) return;
  const remedy = "use LogSource.kubernetesAuditWebhook() instead of 'auditWebhook': the SIEM gets its events too";
  if (standby) fail(at, "the detector's audit webhook cannot follow the active pod of a standby", remedy);
  if (sources.some((source) => source._toChoice().kind === 'audit-webhook')) {
    fail(at, 'the API server has one audit webhook, and both the detector and Fluentd shall take it', remedy);
  }
}
