/** What a taint does to pods that do not tolerate it. */
export enum TaintEffect {
  /** They are not placed on the node. */
  NO_SCHEDULE = 'NoSchedule',
  /** They are placed elsewhere if that is possible. */
  PREFER_NO_SCHEDULE = 'PreferNoSchedule',
  /** They are not placed on the node, and those that are there are evicted. */
  NO_EXECUTE = 'NoExecute',
}

/** Taints that a pod tolerates: those that fit everything that is given. */
export interface PodToleration {
  /**
   * Key of the taint.
   * @default - any
   */
  readonly key?: string;

  /**
   * Value of the taint; it needs a key.
   * @default - any
   */
  readonly value?: string;

  /**
   * Effect of the taint.
   * @default - any
   */
  readonly effect?: TaintEffect;

  /**
   * Seconds that the pod stays on a node that gets a taint of the effect `NO_EXECUTE`.
   * @default - it stays
   */
  readonly stayForSeconds?: number;
}

/** On which nodes pods run, and how much they matter there. */
export interface PodScheduling {
  /**
   * Labels of the nodes, beside `kubernetes.io/os: linux`.
   * @default - any Linux node
   */
  readonly nodeSelector?: { [key: string]: string };

  /**
   * Taints that the pods tolerate.
   * @default - none
   */
  readonly tolerations?: PodToleration[];

  /**
   * Priority class of the pods, which has to exist.
   * @default - a class of the stack's own, above ordinary workloads
   */
  readonly priorityClassName?: string;
}
