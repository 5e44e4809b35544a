/** What a container asks for and may use, as Kubernetes quantities. */
export interface ContainerResources {
  /**
   * CPU set aside, such as `100m`.
   * @default - as fits the container
   */
  readonly cpuRequest?: string;

  /**
   * CPU at most.
   * @default - as fits the container
   */
  readonly cpuLimit?: string;

  /**
   * Memory set aside, such as `256Mi`.
   * @default - as fits the container
   */
  readonly memoryRequest?: string;

  /**
   * Memory at most; beyond it the container is killed and starts again.
   * @default - as fits the container
   */
  readonly memoryLimit?: string;

  /**
   * Space on the node's disk set aside, for logs and `emptyDir` volumes.
   * @default - as fits the container
   */
  readonly ephemeralStorageRequest?: string;

  /**
   * Space on the node's disk at most; beyond it the pod is evicted.
   * @default - as fits the container
   */
  readonly ephemeralStorageLimit?: string;
}
