import { filter, json, label, match, regexp, section } from '../../../../src/model/fluentd/elements';
import { END, SHIP, buffer, copy, filtered, flow, http, rewrite, tail, testRows } from '../../support/config-rows';
import type { Row } from '../../support/config-rows';

const parse = section('parse', { '@type': 'json' });

const DELIVERY: readonly Row[] = [
  {
    title: 'an output that waits in memory',
    code: 'P400',
    says: 'it has no <buffer>',
    wrong: flow(http({}, [])),
    right: flow(match({ '@type': 'relabel', '@id': 'go', '@label': '@SHIP' })).concat(SHIP),
  },
  {
    title: 'a buffer without a bound',
    code: 'P400',
    says: "'total_limit_size' is missing",
    wrong: flow(http({}, [section('buffer', { '@type': 'file', path: '/b', overflow_action: 'throw_exception' })])),
    right: flow(http()),
  },
  {
    title: 'a buffer without a rule for when it is full',
    code: 'P400',
    says: "'overflow_action' is missing",
    wrong: flow(http({}, [section('buffer', { '@type': 'file', path: '/b', total_limit_size: 1024 })])),
    right: flow(http()),
  },
  {
    title: 'a buffer that blocks',
    code: 'P400',
    says: 'keeps Fluentd from stopping',
    wrong: flow(http({}, [buffer({ overflow_action: 'block' })])),
    right: flow(http({}, [buffer({ overflow_action: 'drop_oldest_chunk' })])),
  },
  {
    title: 'a secondary output behind attempts without end',
    code: 'P401',
    says: 'it is never used',
    wrong: flow(
      http({}, [buffer({ retry_forever: true }), section('secondary', { '@type': 'secondary_file', directory: '/b' })]),
    ),
    right: flow(
      http({}, [buffer({ retry_max_times: 9 }), section('secondary', { '@type': 'secondary_file', directory: '/b' })]),
    ),
  },
  {
    title: 'a reader without positions',
    code: 'P402',
    says: "without 'pos_file'",
    wrong: tail({ pos_file: undefined }),
    right: tail({}),
  },
  {
    title: 'a reader that begins at the end',
    code: 'P402',
    says: "without 'read_from_head'",
    wrong: tail({ read_from_head: false }),
    right: tail({ read_from_head: true }),
  },
  {
    title: 'HTTP that gives up',
    code: 'P402',
    says: "without 'retryable_response_codes'",
    wrong: flow(http({ retryable_response_codes: undefined })),
    right: flow(http()),
  },
  {
    title: 'HTTP that drops what is refused',
    code: 'P402',
    says: "'error_response_as_unrecoverable false' drops",
    wrong: flow(http({ error_response_as_unrecoverable: false })),
    right: flow(http({ error_response_as_unrecoverable: true })),
  },
  {
    title: 'parts that are dropped when their rest never comes',
    code: 'P402',
    says: "without 'timeout_label'",
    wrong: filtered(filter({ '@type': 'concat', key: 'x', n_lines: 2 })),
    right: [...filtered(filter({ '@type': 'concat', key: 'x', n_lines: 2, timeout_label: '@SHIP' })), SHIP],
  },
  {
    title: 'a strict store after another',
    code: 'P403',
    says: '<store> out_1: when it refuses records',
    wrong: copy([['', 'throw_exception'], ['', 'throw_exception']]), // prettier-ignore
    right: copy([['', 'throw_exception'], ['', 'drop_oldest_chunk'], ['ignore_error', 'throw_exception']]), // prettier-ignore
  },
  {
    title: 'a label for errors',
    code: 'P404',
    says: 'a full buffer becomes an event here',
    wrong: [...flow(END), label('@ERROR', [match({ '@type': 'null', '@id': 'errors' })])],
    right: [...flow(END), label('@FLUENT_LOG', [match({ '@type': 'null', '@id': 'log' })])],
  },
  {
    title: 'rules that do not take everything',
    code: 'P405',
    says: 'a record that no <rule> fits is dropped',
    wrong: rewrite(regexp('^(a|b)$')),
    right: rewrite(regexp('^(.+)$'))
      .slice(0, 0)
      .concat(rewrite(regexp('.+'))),
  },
  {
    title: 'a parser that drops what it cannot parse',
    code: 'P405',
    says: 'a record that it cannot parse is dropped',
    wrong: filtered(filter({ '@type': 'parser', key_name: 'x' }, [parse])),
    right: filtered(filter({ '@type': 'parser', key_name: 'x', reserve_data: true }, [parse])),
  },
  {
    title: 'a reader in two workers',
    code: 'P406',
    says: 'it cannot run in 2 workers',
    wrong: [section('system', { workers: 2 }), ...tail({})],
    right: [section('system', { workers: 1 }), ...tail({})],
  },
  {
    title: 'a tag without its chunk key',
    code: 'P500',
    says: "'endpoint' holds a placeholder for 'tag'",
    wrong: flow(http({ endpoint: 'https://siem.example.com/${tag[1]}' }, [buffer()])),
    right: flow(http({ endpoint: 'https://siem.example.com/${tag[1]}' }, [buffer({}, 'tag')])),
  },
  {
    title: 'a field without its chunk key, in JSON',
    code: 'P500',
    says: "'headers_from_placeholders' holds a placeholder for '$.kubernetes.namespace'",
    wrong: flow(http({ headers_from_placeholders: json({ n: '${$.kubernetes.namespace}' }) })),
    right: flow(http({ headers_from_placeholders: json({ n: '${chunk_id}' }) })),
  },
  {
    title: 'a time without its chunk key',
    code: 'P500',
    says: "'endpoint' holds a placeholder for 'time'",
    wrong: flow(http({ endpoint: 'https://siem.example.com/%Y' })),
    right: flow(http({ endpoint: 'https://siem.example.com/%Y' }, [buffer({ timekey: 60 }, 'time')])),
  },
  {
    title: 'chunks by time without its length',
    code: 'P500',
    says: "'timekey' does not say by how much",
    wrong: flow(http({}, [buffer({}, 'tag, time')])),
    right: flow(http({}, [buffer({ timekey: 60 }, 'tag, time')])),
  },
];

testRows(DELIVERY);
