import { Construct } from 'constructs';
import type { ComponentProps } from '../component-props';
import type { DestinationOutput } from '../../model/destinations/output';
import { dockerfile } from '../../model/destinations/image-catalogue';
import { bufferNote, DEFAULT_FLOW } from '../../model/shipping/buffer-hours';
import type { ShippingFilters } from '../../model/shipping/filters';
import { configMap } from '../private/artifact';
import { Component } from '../private/component';
import { checkDestination, DestinationFiles, isPort } from '../private/destination-files';
import { isInCluster, portOf } from '../private/endpoint';
import type { Manifest } from '../private/manifest';
import { addressPeer, checkRanges, DNS_EGRESS } from '../private/network-policy';
import type { TrafficRule } from '../private/network-policy';
import type { MountedVolume } from '../private/pod-parts';
import { bindShipping } from '../private/shipping-filters';
import type { BoundShipping } from '../private/shipping-filters';
import type { WireObject } from '../private/strategic-merge';
import { fail, failure } from '../private/validate';
import { addWarning } from '../private/warnings';
import type { DestinationBindOptions, ISiemDestination, SiemDestinationConfig } from './destination';
import type { ShippingOptions } from './shipping-options';

/** Properties of `SiemConnection`. */
export interface SiemConnectionProps extends ComponentProps {
  /**
   * Where records and alerts are shipped, the most important first: only the first can hold the flow back when it does
   * not take records.
   * @default - none; add them with `addDestination()`
   */
  readonly destinations?: ISiemDestination[];

  /**
   * Whether literal secrets may stand in the manifests.
   * @default false
   */
  readonly allowPlaintextSecrets?: boolean;

  /**
   * Addresses that the aggregator may reach at the destinations' ports, in CIDR notation.
   * @default - any
   */
  readonly egressCidrs?: string[];

  /**
   * TCP ports that the aggregator may reach beside those of the endpoints, such as the target port of a Service in the
   * cluster: a network policy sees the pods behind it.
   * @default - none
   */
  readonly egressPorts?: number[];

  /**
   * What is left out or made unreadable on the way to the destinations.
   * @default - nothing: records go as they were collected
   */
  readonly shipping?: ShippingOptions;

  /**
   * Records a second that are expected of the whole cluster; says how long the buffers last.
   * @default 100
   */
  readonly expectedRecordsPerSecond?: number;

  /**
   * Bytes of a record, on average.
   * @default 1000
   */
  readonly averageRecordBytes?: number;
}

/** How the aggregator reaches the SIEM: addresses in a ConfigMap, credentials by reference. */
export class SiemConnection extends Construct {
  /** ConfigMap with the readable parameters of the destinations. */
  public readonly configMap: Manifest;

  private readonly _component: Component;
  private readonly _files: DestinationFiles;
  private readonly _configs: SiemDestinationConfig[] = [];
  private readonly _serviceAccounts: Manifest[] = [];
  private readonly _boundShipping: BoundShipping | undefined;

  /**
   * Declares the connection.
   * @param scope where it belongs
   * @param id name of the construct
   * @param props the destinations
   */
  public constructor(
    scope: Construct,
    id: string,
    private readonly props: SiemConnectionProps = {},
  ) {
    super(scope, id);
    this._component = new Component(this, 'connection', props);
    this.configMap = configMap(this, 'Resource', {
      component: this._component,
      data: () => this._files.data(this._configs),
    });
    this._files = new DestinationFiles(this.configMap.name);
    checkRanges(this, 'egress range', props.egressCidrs);
    const wrong = props.egressPorts?.find((port) => !isPort(port));
    if (wrong !== undefined) fail(this, `'egressPorts' names the port ${wrong}`, 'give TCP ports, 1 to 65535');
    this.checkFlow();
    this._boundShipping = props.shipping && bindShipping(this, props.shipping, this.bindOptions());
    for (const destination of props.destinations ?? []) this.addDestination(destination);
    this.node.addValidation({ validate: () => this.missingDestinations() });
  }

  /** Names of the destinations, the most important first. Returns a copy; add with `addDestination()`. */
  public get destinationNames(): string[] {
    return this._configs.map((config) => config.destinationName);
  }

  /**
   * What is good to know and nothing to mend: how long each destination may be away at the expected rate, and what each
   * rule about noise loses. A sentence each.
   */
  public get notes(): string[] {
    const {
      expectedRecordsPerSecond: recordsPerSecond = DEFAULT_FLOW.recordsPerSecond,
      averageRecordBytes: recordBytes = DEFAULT_FLOW.recordBytes,
    } = this.props;
    const buffers = this._outputs().map(({ id, buffer }, index) => {
      const overflow = index === 0 ? 'pause' : 'drop-oldest';
      return bufferNote({ id, bufferBytes: buffer?.totalBytes ?? 0, overflow }, { recordsPerSecond, recordBytes });
    });
    return [...buffers, ...(this._boundShipping?.losses ?? [])];
  }

  /**
   * A recipe for an image of Fluentd with everything that the destinations need, for combinations that no published image
   * has. Build it, push it, and name it with `FluentdImage.custom(reference, { gems })`.
   */
  public get dockerfile(): string {
    return dockerfile(this._requiredGems());
  }

  /**
   * Adds a destination after those there are.
   * @param destination where records and alerts are shipped too
   */
  public addDestination(destination: ISiemDestination): void {
    const config = destination.bind(this, this.bindOptions());
    if (this.destinationNames.includes(config.destinationName)) {
      fail(this, `two destinations are named '${config.destinationName}'`, "give one of them a 'destinationName'");
    }
    checkDestination(this, config);
    this.checkIdentity(config);
    this._configs.push(config);
    this._serviceAccounts.forEach((serviceAccount) => {
      annotate(serviceAccount, config);
    });
    this.warnOfServices(config);
  }

  /**
   * What the aggregator's Fluentd is configured from.
   * @internal
   */
  public _outputs(): DestinationOutput[] {
    return this._configs.map((config) => this._files.output(this, config));
  }

  /**
   * Environment of the aggregator's Fluentd.
   * @internal
   */
  public _environment(): WireObject[] {
    return this._files.environment(this._configs);
  }

  /**
   * Files of the aggregator's Fluentd.
   * @internal
   */
  public _volumes(): MountedVolume[] {
    return this._files.volumes(this._configs, this._boundShipping?.key);
  }

  /**
   * What happens to records on their way, as the aggregator takes it.
   * @internal
   */
  public _shipping(): { readonly shipping?: ShippingFilters; readonly isShippingBeforeDetection?: boolean } {
    const { _boundShipping: bound } = this;
    return bound === undefined ? {} : { shipping: bound.filters, isShippingBeforeDetection: bound.isBeforeDetection };
  }

  /**
   * What is read only when Fluentd starts.
   * @internal
   */
  public _checksumData(): Record<string, string> {
    return this._files.data(this._configs);
  }

  /**
   * What may wait for all destinations together.
   * @internal
   */
  public _bufferBytes(): number {
    return this._outputs().reduce((sum, output) => sum + (output.buffer?.totalBytes ?? 0), 0);
  }

  /**
   * What Fluentd's image must have.
   * @internal
   */
  public _requiredGems(): string[] {
    return [...new Set(this._configs.flatMap((config) => config.requiredGems ?? []))].sort();
  }

  /**
   * Gives a ServiceAccount the identity that the destinations want, also those that are added later.
   * @internal
   */
  public _identify(serviceAccount: Manifest): void {
    this._serviceAccounts.push(serviceAccount);
    this._configs.forEach((config) => {
      annotate(serviceAccount, config);
    });
  }

  /**
   * Where the aggregator has to get to.
   * @internal
   */
  public _egress(): TrafficRule[] {
    const { egressCidrs, egressPorts = [] } = this.props;
    const ports = [...new Set([...this._configs.flatMap((config) => config.ports), ...egressPorts])];
    ports.sort((a, b) => a - b);
    return [DNS_EGRESS, { ports, ...(egressCidrs !== undefined && { peers: egressCidrs.map(addressPeer) }) }];
  }

  private bindOptions(): DestinationBindOptions {
    const { stackName, namespaceName, labels } = this._component;
    return {
      stackName,
      namespaceName,
      labels,
      annotations: { ...this.props.annotations },
      allowPlaintextSecrets: this.props.allowPlaintextSecrets ?? false,
    };
  }

  private checkFlow(): void {
    for (const name of ['expectedRecordsPerSecond', 'averageRecordBytes'] as const) {
      const given = this.props[name];
      if (given === undefined || (Number.isFinite(given) && given > 0)) continue;
      fail(this, `'${name}' is ${given}`, 'give a number above 0');
    }
  }

  /** All destinations are delivered to by one pod. */
  private checkIdentity({ destinationName, serviceAccountAnnotations = {} }: SiemDestinationConfig): void {
    for (const other of this._configs) {
      const key = Object.keys(serviceAccountAnnotations).find(
        (name) =>
          (other.serviceAccountAnnotations?.[name] ?? serviceAccountAnnotations[name]) !==
          serviceAccountAnnotations[name],
      );
      if (key === undefined) continue;
      const problem = `'${destinationName}' and '${other.destinationName}' want different identities, by '${key}'`;
      fail(this, problem, 'the aggregator has one: give it the rights for both');
    }
  }

  /** Whether the Service maps the scheme's port to another of its pods is not to be seen from here. */
  private warnOfServices({ parameters }: SiemDestinationConfig): void {
    if (this.props.egressPorts !== undefined) return;
    for (const text of [parameters['endpoint'], parameters['hosts']].flatMap((list) => list?.split(',') ?? [])) {
      const url = URL.canParse(text) ? new URL(text) : undefined;
      if (url === undefined || url.port !== '' || !isInCluster(url)) continue;
      const problem = `the network policy opens port ${portOf(url)}, and sees that of the pods behind '${url.hostname}'`;
      addWarning(this, `${problem}; if they listen on another, give it in 'egressPorts'`);
    }
  }

  private missingDestinations(): string[] {
    if (this._configs.length > 0) return [];
    return [failure(this, 'the connection has no destination', "give 'destinations', or call addDestination()")];
  }
}

function annotate(serviceAccount: Manifest, { serviceAccountAnnotations = {} }: SiemDestinationConfig): void {
  for (const [key, value] of Object.entries(serviceAccountAnnotations))
    serviceAccount.metadata.addAnnotation(key, value);
}
