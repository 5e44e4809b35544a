import type { IConstruct } from 'constructs';
import type { HostAuthSource } from '../../model/pipeline/agent-config';
import { HostAuth } from '../collection/node-logs';
import { hostVolume } from './pod-parts';
import type { MountedVolume } from './pod-parts';
import { fail } from './validate';
import { addWarning } from './warnings';

/** A volatile journal and a kept one. */
const JOURNALS = ['/var/log/journal', '/run/log/journal'];

/** Where the host's `/var/log` is mounted: beside the container's own, whose parts are mounted one by one. */
const HOST_LOGS = '/host/var/log';
/** Debian's file and Red Hat's. */
const AUTH_FILES = [`${HOST_LOGS}/auth.log`, `${HOST_LOGS}/secure`];

/** Where logins of the host are read, and what an agent needs for it. */
export class HostLogins {
  public readonly source: HostAuthSource;
  public readonly volumes: readonly MountedVolume[];
  /** Debian's file belongs to syslog, and root without capabilities reads only what belongs to root. */
  public readonly rights: { readonly addedCapabilities: readonly string[] };

  public constructor(at: IConstruct, hostAuth: HostAuth) {
    this.rights = { addedCapabilities: hostAuth === HostAuth.FILE ? ['DAC_READ_SEARCH'] : [] };
    if (hostAuth === HostAuth.JOURNAL) {
      this.source = { kind: 'journal', directories: JOURNALS };
      this.volumes = [
        ...JOURNALS.map((path, index) => hostVolume(`journal-${index + 1}`, path, 'DirectoryOrCreate')),
        hostVolume('machine-id', '/etc/machine-id', 'File'),
      ];
    } else if (hostAuth === HostAuth.FILE) {
      this.source = { kind: 'file', files: AUTH_FILES };
      this.volumes = [hostVolume('host-logs', '/var/log', 'Directory', HOST_LOGS)];
      const text = 'reads host logins from a file, so it sees all of /var/log, an audit log there among it';
      addWarning(at, `the node agent ${text}; use HostAuth.JOURNAL where the nodes have a journal`);
    } else {
      this.source = { kind: 'none' };
      this.volumes = [];
    }
  }
}

/** A path of the node that Fluentd may read as it stands: absolute, and without characters that it expands. */
export function checkHostPath(at: IConstruct, what: string, path: string): string {
  if (!/^(\/[\w.@-]+)+$/.test(path) || path.split('/').includes('..')) {
    fail(at, `the ${what} '${path}' is not an absolute path`, 'use letters, digits and . _ - @ between the slashes');
  }
  return path;
}
