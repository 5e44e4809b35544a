import type { WireObject } from './strategic-merge';

/** User and group of everything but the agents; high enough for linters that refuse ids of the host. */
export const NON_ROOT_ID = 10001;

/** A volume and the place it has in one container. */
export interface MountedVolume {
  readonly volume: WireObject;
  readonly mount: WireObject;
}

/** A Secret as files. The group may read: a pod that does not run as root gets at them by its `fsGroup`. */
export function secretVolume(name: string, secretName: string, mountPath: string): MountedVolume {
  return readOnly(name, mountPath, { secret: { secretName, defaultMode: 0o440 } });
}

/** A ConfigMap as files; the whole directory is mounted, so that changes arrive. */
export function configVolume(name: string, configMapName: string, mountPath: string): MountedVolume {
  return readOnly(name, mountPath, { configMap: { name: configMapName, defaultMode: 0o444 } });
}

/** Single keys of Secrets and ConfigMaps in one directory. */
export function projectedVolume(name: string, sources: readonly WireObject[], mountPath: string): MountedVolume {
  return readOnly(name, mountPath, { projected: { defaultMode: 0o440, sources: [...sources] } });
}

export type HostPathType = 'Directory' | 'DirectoryOrCreate' | 'File';

/** Files of the node, to read. */
export function hostVolume(name: string, path: string, type: HostPathType, mountPath = path): MountedVolume {
  return readOnly(name, mountPath, { hostPath: { path, type } });
}

/** The same volume, read-only down to what the node has mounted below it, where the runtime can do that. */
export function recursivelyReadOnly({ volume, mount }: MountedVolume): MountedVolume {
  const isHostFile = 'hostPath' in volume && mount['readOnly'] === true;
  return { volume, mount: isHostFile ? { ...mount, recursiveReadOnly: 'IfPossible' } : mount };
}

/** A directory of the node that survives the pod. */
export function hostStateVolume(name: string, path: string, mountPath: string): MountedVolume {
  return {
    volume: { name, hostPath: { path, type: 'DirectoryOrCreate' } },
    mount: { name, mountPath },
  };
}

/** Space that lives as long as the pod. */
export function emptyVolume(name: string, sizeLimit: string, mountPath: string): MountedVolume {
  return { volume: { name, emptyDir: { sizeLimit } }, mount: { name, mountPath } };
}

function readOnly(name: string, mountPath: string, source: WireObject): MountedVolume {
  return { volume: { name, ...source }, mount: { name, mountPath, readOnly: true } };
}

/** What the *restricted* level asks of a container, and a root file system that cannot be written. */
export function containerSecurity(addedCapabilities: readonly string[] = []): WireObject {
  return {
    privileged: false,
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'], ...(addedCapabilities.length > 0 && { add: [...addedCapabilities] }) },
  };
}

/** What the *restricted* level asks of a pod. */
export function nonRootPodSecurity(): WireObject {
  return {
    runAsNonRoot: true,
    runAsUser: NON_ROOT_ID,
    runAsGroup: NON_ROOT_ID,
    fsGroup: NON_ROOT_ID,
    seccompProfile: { type: 'RuntimeDefault' },
  };
}
