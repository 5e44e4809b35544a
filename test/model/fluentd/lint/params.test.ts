import { env, filter, json, match, regexp, section } from '../../../../src/model/fluentd/elements';
import { END, buffer, copy, filtered, flow, http, testRows } from '../../support/config-rows';
import type { Row } from '../../support/config-rows';

const parse = section('parse', { '@type': 'json' });

const PARAMS: readonly Row[] = [
  {
    title: 'an unknown plugin, with the nearest',
    code: 'P101',
    says: "no filter plugin 'greep' is known (the nearest is 'grep')",
    wrong: filtered(filter({ '@type': 'greep' })),
    right: filtered(filter({ '@type': 'grep' })),
  },
  {
    title: 'a parser where a filter stands',
    code: 'P101',
    says: "no filter plugin 'regexp' is known",
    wrong: filtered(filter({ '@type': 'regexp' })),
    right: filtered(filter({ '@type': 'parser', key_name: 'x', reserve_data: true }, [parse])),
  },
  {
    title: 'an unknown parameter, with the nearest',
    code: 'P102',
    says: "no parameter 'read_timout' is known (the nearest is 'read_timeout')",
    wrong: flow(http({ read_timout: 5 })),
    right: flow(http({ read_timeout: 5 })),
  },
  {
    title: 'an unknown parameter of a section',
    code: 'P102',
    says: "<buffer> file: no parameter 'flush_intervall' is known",
    wrong: flow(http({}, [buffer({ flush_intervall: 1 })])),
    right: flow(http({}, [buffer({ flush_interval: 1 })])),
  },
  {
    title: 'an unknown section',
    code: 'P102',
    says: 'no section <formats> is known here',
    wrong: flow(http({}, [buffer(), section('formats', { '@type': 'json' })])),
    right: flow(http({}, [buffer(), section('format', { '@type': 'json' })])),
  },
  {
    title: 'a section that stands twice',
    code: 'P102',
    says: '<buffer> stands 2 times',
    wrong: flow(http({}, [buffer(), buffer({ path: '/state/other' })])),
    right: flow(http({}, [buffer()])),
  },
  {
    title: 'a missing parameter',
    code: 'P103',
    says: "'key_name' is missing",
    wrong: filtered(filter({ '@type': 'parser', reserve_data: true }, [parse])),
    right: filtered(filter({ '@type': 'parser', reserve_data: true, key_name: 'log' }, [parse])),
  },
  {
    title: 'a missing type',
    code: 'P103',
    says: "'@type' is missing",
    wrong: filtered(filter({})),
    right: filtered(filter({ '@type': 'stdout' })),
  },
  {
    title: 'a missing section',
    code: 'P103',
    says: '<store> is missing',
    wrong: flow(match({ '@type': 'copy', '@id': 'copy' })),
    right: copy([['', 'throw_exception']]),
  },
  {
    title: 'a duration with a unit',
    code: 'P104',
    says: "'flush_interval' is the text '500ms' (a number of seconds); write the number itself, without a unit: Fluentd reads",
    wrong: flow(http({}, [buffer({ flush_interval: '500ms' })])),
    right: flow(http({}, [buffer({ flush_interval: 0.5 })])),
  },
  {
    title: 'a size with a unit',
    code: 'P104',
    says: "'total_limit_size' is the text '1.5g' (a whole number of bytes)",
    wrong: flow(http({}, [buffer({ total_limit_size: '1.5g' })])),
    right: flow(http({}, [buffer({ total_limit_size: 1536 })])),
  },
  {
    title: 'half a record',
    code: 'P104',
    says: "'chunk_limit_records' is the number 0.5 (a whole number)",
    wrong: flow(http({}, [buffer({ chunk_limit_records: 0.5 })])),
    right: flow(http({}, [buffer({ chunk_limit_records: 5 })])),
  },
  {
    title: 'a truth value as text',
    code: 'P104',
    says: "'json_array' is the text 'true' (true or false)",
    wrong: flow(http({ json_array: 'true' })),
    right: flow(http({ json_array: true })),
  },
  {
    title: 'a pattern as text',
    code: 'P104',
    says: "'pattern' is the text '/a/' (a pattern)",
    wrong: filtered(filter({ '@type': 'grep' }, [section('regexp', { key: 'x', pattern: '/a/' })])),
    right: filtered(filter({ '@type': 'grep' }, [section('regexp', { key: 'x', pattern: regexp('a') })])),
  },
  {
    title: 'a list where an object belongs',
    code: 'P104',
    says: "'headers' is JSON (an object)",
    wrong: flow(http({ headers: json(['x']) })),
    right: flow(http({ headers: json({ x: env('X') }) })),
  },
  {
    title: 'a word that is not allowed, with the nearest',
    code: 'P105',
    says: "'compress' is the text 'gzp' (one of text, gzip); take one of these, perhaps 'gzip'",
    wrong: flow(http({ compress: 'gzp' })),
    right: flow(http({ compress: 'gzip' })),
  },
  {
    title: 'an unknown parameter of the process',
    code: 'P102',
    says: "<system>: no parameter 'worker' is known (the nearest is 'workers')",
    wrong: [section('system', { worker: 1 }), ...flow(END)],
    right: [section('system', { workers: 1 }), ...flow(END)],
  },
  {
    title: 'a section that cannot stand at the top',
    code: 'P100',
    says: '<buffer> cannot stand here',
    wrong: [...flow(END), section('buffer', {})],
    right: [...flow(END), section('system', {})],
  },
];

testRows(PARAMS);
