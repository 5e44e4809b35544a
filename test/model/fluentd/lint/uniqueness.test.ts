import { element, label, match, raw } from '../../../../src/model/fluentd/elements';
import { END, buffer, flow, http, port, tail, testRows } from '../../support/config-rows';
import type { Row } from '../../support/config-rows';

const UNIQUE: readonly Row[] = [
  {
    title: 'two plugins with one id',
    code: 'P300',
    says: "the id 'in' is already that of <source> in",
    wrong: flow(match({ '@type': 'null', '@id': 'in' })),
    right: flow(match({ '@type': 'null', '@id': 'out' })),
  },
  {
    title: 'an id that is also in the text of a user',
    code: 'P300',
    says: "the id 'in' is already that of <source> in",
    wrong: flow(match({}, [raw('@type my_own\n@id in\n')])),
    right: flow(match({}, [raw('@type my_own\n@id out\n')])),
  },
  {
    title: 'two readers with one position file',
    code: 'P300',
    says: "the position file '/p'",
    wrong: [...tail({}), ...tail({ '@id': 'in_2' }).slice(0, 1)],
    right: [...tail({}), ...tail({ '@id': 'in_2', pos_file: '/p2' }).slice(0, 1)],
  },
  {
    title: 'two buffers in one folder',
    code: 'P300',
    says: "the buffer folder '/state/out'",
    wrong: flow(element('match', 'a', http().params, [buffer()]), http({ '@id': 'out_2' })),
    right: flow(
      element('match', 'a', http().params, [buffer()]),
      http({ '@id': 'out_2' }, [buffer({ path: '/state/2' })]),
    ),
  },
  {
    title: 'two servers on one port',
    code: 'P300',
    says: "the TCP port '5140'",
    wrong: [port('a', { '@type': 'tcp', port: 5140 }), port('b', { '@type': 'tcp', port: 5140 }), label('@A', [END])],
    right: [port('a', { '@type': 'tcp', port: 5140 }), port('b', { '@type': 'udp', port: 5140 }), label('@A', [END])],
  },
  {
    title: 'an output without an id',
    code: 'P301',
    says: "'@id' is missing",
    wrong: flow(match({ '@type': 'null' })),
    right: flow(END),
  },
];

testRows(UNIQUE);
