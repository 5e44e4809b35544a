/** The audit log that the API server writes into a file. */
import { LINE_LIMIT_BYTES } from '../fluentd/buffer';
import { label, source } from '../fluentd/elements';
import type { FluentdElement } from '../fluentd/elements';
import { shallowFilter } from '../fluentd/shallow';
import { canarySource } from './canary';
import { PATH_FIELD, sortingLabels } from './quarantine';
import type { TailName } from './quarantine';
import { sourceEnd } from './source';
import type { SourceContext } from './source';
import { guardedParse, rotatedPaths, tailParams } from './tail';

const AUDIT_LABEL = '@AUDIT';
const RECORDS_LABEL = '@AUDIT_RECORDS';
const ID = 'in_audit';

/** @param file the API server's `--audit-log-path`, as mounted; it renames `audit.log` to `audit-<time>.log` */
export function kubernetesAuditElements(file: string, context: SourceContext): FluentdElement[] {
  const { cluster, stateDirectory } = context;
  const origin = { source: 'kubernetes-audit' } as const;
  const tail = source(
    {
      ...tailParams({ id: ID, label: AUDIT_LABEL, tag: 'kube.audit', stateDirectory }),
      path: rotatedPaths(file, 'stamped').read.join(','),
      path_key: PATH_FIELD,
      emit_unmatched_lines: true,
      max_line_size: LINE_LIMIT_BYTES,
    },
    [parse()],
  );
  return [
    tail,
    canarySource('audit', RECORDS_LABEL),
    ...sortingLabels({ id: 'audit', label: AUDIT_LABEL, taken: RECORDS_LABEL, origin: { ...origin, cluster } }),
    label(RECORDS_LABEL, [
      shallowFilter(),
      ...sourceEnd({ id: 'audit', traffic: 'audit', origin, dropFields: [PATH_FIELD] }, context),
    ]),
  ];
}

/** How Fluentd's own log names the tail. */
export function kubernetesAuditTail({ cluster }: SourceContext): TailName {
  return { id: ID, origin: { source: 'kubernetes-audit', cluster } };
}

/**
 * A request is logged up to three times; the stage's own time is the only one that differs. The API server writes whole
 * characters, so bytes that are none come from somebody else.
 */
function parse(): FluentdElement {
  const inner = {
    '@type': 'json',
    time_key: 'stageTimestamp',
    time_type: 'string',
    time_format: '%Y-%m-%dT%H:%M:%S.%N%z',
    keep_time_key: true,
  };
  return guardedParse('JSON', inner, true);
}
