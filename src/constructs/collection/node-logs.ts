/** Where logins of the host are read. */
export enum HostAuth {
  /**
   * From the journal. Where a node has no `/var/log/journal`, it is made, and systemd then keeps its journal there over
   * a restart of the node.
   */
  JOURNAL = 'journal',
  /** From `/var/log/auth.log` and `/var/log/secure`. The node agent then sees the whole of `/var/log`. */
  FILE = 'file',
}

/** What runs the containers of a node. */
export enum ContainerRuntime {
  /** Containerd, CRI-O and every other that writes the CRI log format. */
  CONTAINERD = 'containerd',
  /** Docker, whose logs are JSON below `/var/lib/docker/containers`. */
  DOCKER = 'docker',
}
