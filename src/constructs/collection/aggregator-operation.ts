import type { PodScheduling } from './pod-scheduling';

/** What becomes of the aggregator's volumes. */
export enum VolumeRetention {
  /** They stay until somebody deletes them. */
  RETAIN = 'Retain',
  /** They go with the StatefulSet, and with a replica that is taken away. */
  DELETE = 'Delete',
}

/** Volumes for what the aggregator has buffered and for the alerts that the detector has yet to deliver. */
export interface AggregatorPersistence {
  /**
   * Size of the volume of Fluentd's buffers, as a Kubernetes quantity. It cannot be changed on a living StatefulSet.
   * @default - what the buffers may hold together, and a tenth more
   */
  readonly size?: string;

  /**
   * Size of the volume of the detector's queue.
   * @default '1Gi'
   */
  readonly detectorSize?: string;

  /**
   * Class of the volumes.
   * @default - the cluster's default class
   */
  readonly storageClassName?: string;

  /**
   * What becomes of the volumes when they are no longer needed.
   * @default VolumeRetention.RETAIN
   */
  readonly retention?: VolumeRetention;
}

/** How the aggregator runs. */
export interface AggregatorOperationProps {
  /**
   * Volumes that outlive the pod: with them the aggregator is a StatefulSet, and a pod that is deleted loses nothing.
   * @default - what is buffered lives and ends with the pod, with a warning
   */
  readonly persistence?: AggregatorPersistence;

  /**
   * Whether a second pod stands by. Agents deliver to the first as long as they reach it, because a count over a window
   * needs the whole stream, and to the second meanwhile. It needs `persistence`.
   * @default false
   */
  readonly standby?: boolean;

  /**
   * On which nodes the aggregator runs.
   * @default - any Linux node
   */
  readonly aggregatorScheduling?: PodScheduling;
}
