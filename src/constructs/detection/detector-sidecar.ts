import { ApiObject, Chart, JsonPatch, Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import type { DetectorSettings } from '../../contract/detector-config';
import { SETTINGS_FILE } from '../../contract/detector-config';
import type { ComponentProps } from '../component-props';
import type { ContainerResources } from '../container-resources';
import { configMap } from '../private/artifact';
import { Component } from '../private/component';
import { Manifest } from '../private/manifest';
import { checkObjectName } from '../private/names';
import { quantity, resources } from '../private/quantity';
import type { WireObject } from '../private/strategic-merge';
import { fail } from '../private/validate';
import { PodWorkload } from '../private/workload';
import { hmacKeyFileName } from './alert-webhook';
import type { DetectionProps } from './detection-props';
import type { DetectorContainerOptions, SecretFile } from './detector-container';
import {
  DETECTOR_CONTAINER,
  detectorContainer,
  detectorVolumes,
  STATE_VOLUME,
  toGeneratedForm,
} from './detector-container';
import { DetectorRuntime } from './detector-runtime';
import { auditWebhookFiles, detectorSettings } from './detector-settings';
import { RuleSet } from './rule-set';

/** Properties of `DetectorSidecar`. */
export interface DetectorSidecarProps extends DetectionProps {
  /**
   * Where alerts go on their way to the SIEM: an address in the same pod that takes one alert a request.
   * @default - alerts go to the webhooks and the log only
   */
  readonly siemUrl?: string;

  /**
   * Fluentd's `monitor_agent` in the same pod, without a path: its outputs are watched.
   * @default - nothing is known of outputs
   */
  readonly monitorUrl?: string;
}

const ID = 'DetectorSidecar';

const DEFAULT_RESOURCES: ContainerResources = {
  cpuRequest: '100m',
  cpuLimit: '1',
  memoryRequest: '256Mi',
  memoryLimit: '1Gi',
  ephemeralStorageRequest: '128Mi',
  ephemeralStorageLimit: '1Gi',
};

const HEAP_SHARE = 0.75;

/** Queue of alerts that were not delivered yet; below the limit on ephemeral storage. */
const STATE_SIZE = Size.mebibytes(512);

/** Kinds whose pods end, which a pod with a detector never does. */
const KINDS_THAT_END = ['Job', 'CronJob'];

/**
 * The detector in a container of its own, beside whatever sends records to it: newline-delimited JSON, posted to
 * `http://127.0.0.1:8088/v1/records`. It runs as an unprivileged user on a read-only root file system. What the pod may
 * reach stays with the workload's own network policies.
 */
export class DetectorSidecar extends Construct {
  /**
   * Adds the detector to a workload: container, volumes, and ConfigMaps with program, rules and settings.
   * @param workload a Deployment, StatefulSet, DaemonSet or another workload whose pods keep running
   * @param props what the detector is told
   */
  public static attachTo(workload: kplus.Workload, props: DetectorSidecarProps): DetectorSidecar {
    if (KINDS_THAT_END.includes(workload.kind)) {
      fail(workload, `a detector in a ${workload.kind} would keep its pods from ending`, 'attach it to a Deployment');
    }
    const isTaken = workload.containers.some(({ name }) => name === DETECTOR_CONTAINER);
    if (isTaken || workload.node.tryFindChild(ID) !== undefined) {
      const remedy = 'attach one only, or rename the other container';
      fail(workload, `the workload already has a container '${DETECTOR_CONTAINER}'`, remedy);
    }
    return new DetectorSidecar(workload, props);
  }

  /** The rules that it evaluates. */
  public readonly ruleSet: RuleSet;

  private readonly place: string;

  private constructor(workload: kplus.Workload, props: DetectorSidecarProps) {
    super(workload, ID);
    const { namespace } = workload.metadata;
    const own: ComponentProps = {
      ...props,
      ...(namespace !== undefined && { namespaceName: namespace }),
    };
    const settings = new Component(this, 'detector-settings', own);
    this.place = `${namespace ?? ''}/${settings.stackName}`;
    this.checkPlace();
    this.ruleSet = new RuleSet(this, 'Rules', {
      ...own,
      packs: props.rules ?? [],
      ...(props.lists !== undefined && { lists: props.lists }),
    });
    this.addSettings(settings, detectorSettings(this, props, props));
    const program = (props.runtime ?? DetectorRuntime.inline())._bind(
      this,
      new Component(this, 'detector-bundle', own),
    );
    const secretKeys = this.bindSecrets(settings, props);
    addTo(workload, this, props.imagePullSecrets ?? [], {
      ...program,
      files: {
        ...(program.bundle.length > 0 && { bundle: { configMaps: program.bundle } }),
        rules: { configMaps: this.ruleSet.configMapNames },
        settings: { configMaps: [settings.name] },
        ...(secretKeys.length > 0 && { credentials: { secretKeys } }),
      },
      ...sizing(this, props.detectorResources),
      hasAuditWebhook: props.auditWebhook !== undefined,
    });
    if (namespace === undefined) this.leaveNamespaceOpen();
  }

  private addSettings(component: Component, settings: DetectorSettings): void {
    const data = (): Record<string, string> => ({ [SETTINGS_FILE]: JSON.stringify(settings, null, 2) });
    configMap(this, 'Settings', { component, data });
  }

  private bindSecrets(component: Component, props: DetectionProps): SecretFile[] {
    const hmacKeys = (props.webhooks ?? []).flatMap((webhook) => {
      if (webhook.hmacKey === undefined) return [];
      const bound = webhook.hmacKey.bind(new Construct(this, `Webhook-${webhook.name}`), {
        name: `${component.stackName}-webhook-${webhook.name}`,
        namespaceName: component.namespaceName,
        key: 'hmac-key',
        labels: component.labels,
        annotations: { ...props.annotations },
        allowPlaintext: props.allowPlaintextSecrets ?? false,
      });
      return [{ ...bound, fileName: hmacKeyFileName(webhook) }];
    });
    const { auditWebhook } = props;
    if (auditWebhook === undefined) return hmacKeys;
    const tlsSecretName = checkObjectName(this, 'audit webhook secret', auditWebhook.tlsSecretName);
    return [...hmacKeys, ...auditWebhookFiles(tlsSecretName)];
  }

  /** What was made here goes where the workload goes: into whichever namespace it is applied to. */
  private leaveNamespaceOpen(): void {
    for (const construct of this.node.findAll()) {
      if (construct instanceof Manifest) construct.override({ metadata: { namespace: null } });
    }
  }

  /** Charts may be of different clusters, so only those of one chart can collide. */
  private checkPlace(): void {
    const other = Chart.of(this)
      .node.findAll()
      .find((found) => found instanceof DetectorSidecar && found !== this && found.place === this.place);
    if (other === undefined) return;
    const problem = `its ConfigMaps would have the names of those of '${other.node.path}'`;
    fail(this, problem, "give each detector of a namespace another 'stackName'");
  }
}

/** What the container may use, and as much heap as its memory leaves room for: Node by itself takes half. */
function sizing(
  at: Construct,
  chosen?: ContainerResources,
): Pick<DetectorContainerOptions, 'environment' | 'resources'> {
  const limit = chosen?.memoryLimit ?? DEFAULT_RESOURCES.memoryLimit ?? '0';
  const heapMebibytes = Math.floor((quantity(at, 'memoryLimit', limit) * HEAP_SHARE) / 2 ** 20);
  return {
    environment: { NODE_OPTIONS: `--max-old-space-size=${heapMebibytes}` },
    resources: resources(at, chosen, DEFAULT_RESOURCES),
  };
}

function addTo(
  workload: kplus.Workload,
  sidecar: Construct,
  imagePullSecrets: readonly string[],
  options: DetectorContainerOptions,
): void {
  const container = detectorContainer(options);
  const volumes = detectorVolumes(options);
  const manifest = ApiObject.of(workload);
  if (workload instanceof PodWorkload) {
    const state = { name: STATE_VOLUME, emptyDir: { sizeLimit: `${STATE_SIZE.toMebibytes()}Mi` } };
    const all = workload._hasClaim(STATE_VOLUME) ? volumes : [...volumes, state];
    workload.override({ spec: { template: { spec: { containers: [container], volumes: all } } } });
    return;
  }
  // A patch can append to a list but not make one, so one volume comes by way of cdk8s-plus.
  workload.addVolume(kplus.Volume.fromEmptyDir(sidecar, 'State', STATE_VOLUME, { sizeLimit: STATE_SIZE }));
  const inForm = (part: WireObject): unknown => ('GVK' in manifest.constructor ? toGeneratedForm(part) : part);
  manifest.addJsonPatch(
    JsonPatch.add('/spec/template/spec/containers/-', inForm(container)),
    ...volumes.map((volume) => JsonPatch.add('/spec/template/spec/volumes/-', inForm(volume))),
    ...appended('imagePullSecrets', imagePullSecrets, workload.dockerRegistryAuth !== undefined),
  );
}

/** Patches that append names to a list of the pod, which may not be there yet. */
function appended(list: string, names: readonly string[], exists: boolean): JsonPatch[] {
  const path = `/spec/template/spec/${list}`;
  const start = exists || names.length === 0 ? [] : [JsonPatch.add(path, [])];
  return [...start, ...names.map((name) => JsonPatch.add(`${path}/-`, { name }))];
}
