import { element, filter, label, match, regexp, source } from '../../../../src/model/fluentd/elements';
import { END, SHIP, filtered, flow, relabel, rewrite, testRows } from '../../support/config-rows';
import type { Row } from '../../support/config-rows';

const ROUTES: readonly Row[] = [
  {
    title: 'a match after one that takes everything',
    code: 'P200',
    says: 'no record gets here',
    wrong: flow(END, element('match', 'a.b', { '@type': 'stdout', '@id': 'late' })),
    right: flow(element('match', 'a.b', { '@type': 'stdout', '@id': 'early' }), END),
  },
  {
    title: 'a match whose tags two others have taken',
    code: 'P200',
    says: 'no record gets here',
    wrong: flow(
      element('match', 'a.*', { '@type': 'null', '@id': 'one' }),
      element('match', 'b', { '@type': 'null', '@id': 'two' }),
      element('match', '{a.x,b}', { '@type': 'stdout', '@id': 'late' }),
    ),
    right: flow(
      element('match', 'a.*', { '@type': 'null', '@id': 'one' }),
      element('match', 'b', { '@type': 'null', '@id': 'two' }),
      element('match', '{a.x.y,b}', { '@type': 'stdout', '@id': 'late' }),
    ),
  },
  {
    title: 'a filter after the match',
    code: 'P200',
    says: '<filter **> stdout: no record gets here',
    wrong: flow(END, filter({ '@type': 'stdout' })),
    right: flow(filter({ '@type': 'stdout' }), END),
  },
  {
    title: 'a label without a match',
    code: 'P201',
    says: 'it has no <match>',
    wrong: flow(filter({ '@type': 'stdout' })),
    right: flow(filter({ '@type': 'stdout' }), END),
  },
  {
    title: 'an undefined label, with the nearest',
    code: 'P210',
    says: "the label '@SHIPP' is defined nowhere (defined are @A, @SHIP); define the label, or write '@SHIP'",
    wrong: [
      ...flow(relabel('go', '@SHIPP')),
      SHIP,
      source({ '@type': 'sample', '@id': 'in_2', '@label': '@SHIP', tag: 'b' }),
    ],
    right: [...flow(relabel('go', '@SHIP')), SHIP],
  },
  {
    title: 'the label of a time-out that is undefined',
    code: 'P210',
    says: "the label '@LATE' is defined nowhere",
    wrong: filtered(filter({ '@type': 'concat', key: 'x', n_lines: 2, timeout_label: '@LATE' })),
    right: [...filtered(filter({ '@type': 'concat', key: 'x', n_lines: 2, timeout_label: '@SHIP' })), SHIP],
  },
  {
    title: 'a label that nobody sends to',
    code: 'P211',
    says: '<label @SHIP>: nobody sends records here',
    wrong: [...flow(END), SHIP],
    right: [...flow(END), label('@FLUENT_LOG', [match({ '@type': 'null', '@id': 'own' })])],
  },
  {
    title: 'two labels that send to each other',
    code: 'P212',
    says: '@A → @B → @A',
    wrong: [...flow(relabel('to_b', '@B')), label('@B', [relabel('to_a', '@A')])],
    right: [...flow(relabel('to_b', '@B')), label('@B', [relabel('to_ship', '@SHIP')]), SHIP],
  },
  {
    title: 'a tag that comes back to what wrote it',
    code: 'P212',
    says: "records with the new tag 'x.$1' come back to it",
    wrong: rewrite(regexp('.+'), {}),
    right: rewrite(regexp('.+')),
  },
  {
    title: 'a label that is defined twice',
    code: 'P213',
    says: '<label @A>: the label was defined before',
    wrong: [...flow(END), label('@A', [match({ '@type': 'null', '@id': 'other' })])],
    right: [...flow(relabel('go', '@SHIP')), SHIP],
  },
];

testRows(ROUTES);
