import { Construct } from 'constructs';
import { REFUSED_BYTES, renderAggregator } from '../../model/pipeline/aggregator-config';
import type { AggregatorOptions } from '../../model/pipeline/aggregator-config';
import type { ComponentProps } from '../component-props';
import type { ContainerResources } from '../container-resources';
import type { SiemConnection } from '../destinations/siem-connection';
import { checkOperation, podHosts } from '../private/aggregator-pods';
import { bindSources, sourceVolumes } from '../private/aggregator-sources';
import type { BoundSource } from '../private/aggregator-sources';
import { checksum, configMap } from '../private/artifact';
import { Component } from '../private/component';
import { CREDENTIAL_FOLDER } from '../private/destination-files';
import {
  CONFIG_FILE,
  CONFIG_FOLDER,
  fluentdContainer,
  STANDBY_CONFIG_FILE,
  STATE_FOLDER,
} from '../private/fluentd-container';
import { withPlugins } from '../private/fluentd-plugins';
import type { Manifest } from '../private/manifest';
import { DNS_EGRESS } from '../private/network-policy';
import type { TrafficRule } from '../private/network-policy';
import type { ServicePort } from '../private/objects';
import { configVolume } from '../private/pod-parts';
import type { MountedVolume } from '../private/pod-parts';
import { quantity, quantityText, resources } from '../private/quantity';
import { rendered } from '../private/rendered';
import type { WireObject } from '../private/strategic-merge';
import { fail } from '../private/validate';
import { addWarning } from '../private/warnings';
import type { AggregatorOperationProps } from './aggregator-operation';
import { FluentdImage } from './fluentd-image';
import type { LogSource } from './log-source';
import { TransportSecurity } from './transport-security';
import type { TransportEnd } from './transport-security';

/** Properties of `FluentdAggregator`. */
export interface FluentdAggregatorProps extends ComponentProps, AggregatorOperationProps {
  /**
   * What is read: of these, the aggregator reads `LogSource.eks()`, `.gke()`, `.aks()` and `.kubernetesAuditWebhook()`
   * itself, and the collector all others.
   * @default - nothing but what agents send
   */
  readonly sources?: LogSource[];

  /**
   * Name of the cluster, written into every record of these sources.
   * @default - none; such a source needs one
   */
  readonly clusterName?: string;

  /**
   * Whether `SecretSource.unsafeLiteral()` is taken for their credentials. For tests only.
   * @default false
   */
  readonly allowPlaintextSecrets?: boolean;

  /**
   * Where records and alerts are shipped.
   * @default - nowhere: records go to the detector only
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

const GIB = 2 ** 30;
/** What the runtime keeps of a container's output, where buffers have a volume of their own. */
const LOG_BYTES = 64 * 2 ** 20;

/** Volume of buffers and positions. */
export const STATE_VOLUME = 'fluentd-state';

const AGGREGATOR_RESOURCES: ContainerResources = {
  cpuRequest: '250m',
  cpuLimit: '2',
  memoryRequest: '512Mi',
  memoryLimit: '1Gi',
};

/** Fluentd that takes what the agents send and hands it to the SIEM and to a detector in the same pod. */
export class FluentdAggregator extends Construct {
  /** ConfigMap with `fluent.conf`. */
  public readonly configMap: Manifest;

  private readonly _component: Component;
  private readonly _transport: TransportEnd;
  private readonly _sources: readonly BoundSource[];
  private readonly _render = rendered(renderAggregator);
  private readonly _renderStandby = rendered(renderAggregator);

  /**
   * Declares the configuration; the container is for a pod that somebody else declares.
   * @param scope where it belongs
   * @param id name of the construct
   * @param props destinations and transport
   */
  public constructor(
    scope: Construct,
    id: string,
    private readonly props: FluentdAggregatorProps = {},
  ) {
    super(scope, id);
    this._component = new Component(this, 'aggregator', props);
    const { name, namespaceName } = this._component;
    const transport = props.transport ?? TransportSecurity.existing();
    const services = [`${name}.${namespaceName}.svc`, ...(props.standby === true ? podHosts(name, namespaceName) : [])];
    const hosts = [name, `${name}.${namespaceName}`, ...services.flatMap((host) => [host, `${host}.cluster.local`])];
    checkOperation(this, props);
    this._sources = this.bindOwnSources();
    this._transport = transport._bind(this, this._component, hosts);
    this.configMap = configMap(this, 'Resource', { component: this._component, data: () => this.renderFiles() });
    if (props.connection !== undefined && props.persistence === undefined) {
      const loss = 'buffers live in the pod: one that is deleted while the SIEM refuses records loses what it holds';
      addWarning(this, `${loss}; give 'persistence', or see that the SIEM takes them before a drain or an update`);
    }
  }

  /**
   * The container, in the form of its manifest.
   * @internal
   */
  public _container(): WireObject {
    const { connection, fluentdImage = FluentdImage.published(), aggregatorResources, persistence } = this.props;
    const disk = persistence === undefined ? this._bufferBytes() : LOG_BYTES;
    return fluentdContainer({
      image: fluentdImage._pulledBy(this._component, this, this.requiredGems()),
      volumes: [...this.mounted(), { mount: { name: STATE_VOLUME, mountPath: STATE_FOLDER } }],
      environment: connection?._environment() ?? [],
      resources: resources(this, aggregatorResources, {
        ...AGGREGATOR_RESOURCES,
        ephemeralStorageRequest: quantityText(disk),
        ephemeralStorageLimit: quantityText(disk + GIB),
      }),
      isStateShared: true,
      takesForward: true,
      ports: this._ports(),
      isConfigByOrdinal: this.isPulledByOne(),
    });
  }

  /**
   * The volumes of the container, in the form of their manifest.
   * @internal
   */
  public _volumes(): WireObject[] {
    const state = { name: STATE_VOLUME, emptyDir: { sizeLimit: quantityText(this._bufferBytes()) } };
    const volumes = this.mounted().map(({ volume }) => volume);
    return this.props.persistence === undefined ? [state, ...volumes] : volumes;
  }

  /**
   * Annotations of the pod: they change when Fluentd has to start again.
   * @internal
   */
  public _podAnnotations(): Record<string, string> {
    const data = { ...this.renderFiles(), ...this.props.connection?._checksumData() };
    return { 'checksum/fluentd': checksum(data) };
  }

  /**
   * Where Fluentd has to get to.
   * @internal
   */
  public _egress(): TrafficRule[] {
    const ports = [...new Set(this._sources.flatMap(({ egressPorts }) => egressPorts))];
    const rules = this.props.connection?._egress() ?? [DNS_EGRESS];
    return ports.length === 0 ? rules : [...rules, { ports: ports.sort((a, b) => a - b) }];
  }

  /**
   * Who may get to its sources.
   * @internal
   */
  public _ingress(): TrafficRule[] {
    return this._sources.flatMap(({ ingress }) => ingress);
  }

  /**
   * Where its sources listen.
   * @internal
   */
  public _ports(): ServicePort[] {
    return this._sources.flatMap(({ port }) => port ?? []);
  }

  /**
   * Gives a ServiceAccount the identity that its sources and the destinations want.
   * @internal
   */
  public _identify(serviceAccount: Manifest): void {
    this.props.connection?._identify(serviceAccount);
    for (const { annotations } of this._sources) {
      for (const [key, value] of Object.entries(annotations)) serviceAccount.metadata.addAnnotation(key, value);
    }
  }

  /**
   * What may lie in the state folder.
   * @internal
   */
  public _bufferBytes(): number {
    return (this.props.connection?._bufferBytes() ?? 0) + this.detectorBufferBytes() + REFUSED_BYTES;
  }

  private mounted(): MountedVolume[] {
    return [
      configVolume('fluentd-config', this.configMap.name, CONFIG_FOLDER),
      ...this._transport.volumes,
      ...sourceVolumes(this._sources),
      ...(this.props.connection?._volumes() ?? []),
    ];
  }

  private bindOwnSources(): BoundSource[] {
    const { sources = [], clusterName, annotations, allowPlaintextSecrets = false } = this.props;
    const choices = sources.map((source) => source._toChoice()).filter((choice) => choice.place === 'aggregator');
    if (choices.length > 0 && clusterName === undefined) {
      fail(this, 'its sources are of a cluster without a name', "give 'clusterName'");
    }
    return bindSources(this, choices, {
      component: this._component,
      annotations: { ...annotations },
      allowPlaintext: allowPlaintextSecrets,
    });
  }

  private requiredGems(): string[] {
    const gems = [...(this.props.connection?._requiredGems() ?? []), ...this._sources.flatMap((source) => source.gems)];
    return [...new Set(gems)].sort();
  }

  /** Two pods would read a log group twice, and share an event hub between them. */
  private isPulledByOne(): boolean {
    return this.props.standby === true && this._sources.some(({ isPulled }) => isPulled);
  }

  private renderFiles(): Record<string, string> {
    const active = this.renderConfig(this._render, this._sources);
    if (!this.isPulledByOne()) return withPlugins({ [CONFIG_FILE]: active });
    const pushed = this._sources.filter(({ isPulled }) => !isPulled);
    const standby = this.renderConfig(this._renderStandby, pushed);
    return withPlugins({ [CONFIG_FILE]: active, [STANDBY_CONFIG_FILE]: standby });
  }

  private renderConfig(render: (options: AggregatorOptions) => string, sources: readonly BoundSource[]): string {
    const { clusterName } = this.props;
    return render({
      transport: this._transport.transport,
      stateDirectory: STATE_FOLDER,
      credentialDirectory: CREDENTIAL_FOLDER,
      destinations: this.props.connection?._outputs() ?? [],
      ...this.props.connection?._shipping(),
      detectorBufferBytes: this.detectorBufferBytes(),
      ...(sources.length > 0 && { sources: sources.map(({ source }) => source) }),
      ...(clusterName !== undefined && { cluster: clusterName }),
    });
  }

  private detectorBufferBytes(): number {
    return quantity(this, 'detector buffer size', this.props.detectorBufferSize ?? '1Gi');
  }
}
