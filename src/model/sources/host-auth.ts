/** Logins of the host itself, from the journal or from the files that syslog writes. */
import type { FluentdElement } from '../fluentd/elements';
import { fileElements } from './file';
import { journalElements } from './journal';
import type { JournalEntries } from './journal';
import type { SourceContext } from './source';

/** Where logins of the host are read. */
export type HostAuthSource =
  | {
      readonly kind: 'journal';
      /** For example `/var/log/journal` and `/run/log/journal`. */
      readonly directories: readonly string[];
    }
  | {
      readonly kind: 'file';
      /** For example `/var/log/auth.log` and `/var/log/secure`. */
      readonly files: readonly string[];
    };

/** Programs that let people in. Newer sshd does its work in `sshd-session` and `sshd-auth`. */
export const LOGIN_PROGRAMS = ['sshd', 'sshd-session', 'sshd-auth', 'sudo', 'su', 'login'];

const HOST_LABEL = '@HOST_AUTH';

export function hostAuthElements(from: HostAuthSource, context: SourceContext): FluentdElement[] {
  const common = { label: HOST_LABEL, source: 'host-auth', traffic: 'logins' } as const;
  if (from.kind === 'file') {
    return fileElements(
      { ...common, id: 'in_host_auth', tag: 'host.auth', files: from.files, rotation: 'renamed' },
      context,
    );
  }
  const matches: JournalEntries['matches'] = [{ SYSLOG_IDENTIFIER: LOGIN_PROGRAMS }, { _COMM: LOGIN_PROGRAMS }];
  return journalElements({ ...common, id: 'in_journal', directories: from.directories, matches }, context);
}
