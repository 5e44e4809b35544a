import { checkConfig, checkedConfig } from '../../../src/model/fluentd/check';
import { env, filter, match, raw } from '../../../src/model/fluentd/elements';
import { END, buffer, flow, http } from '../support/config-rows';

test('all problems are said at once, each with its place, what is allowed and what to do', () => {
  const elements = flow(http({ compress: 'zip' }, [buffer({ flush_interval: '1s' })]), filter({ '@type': 'stdout' }));
  expect(() => checkedConfig(elements)).toThrow(
    new Error(
      [
        'the configuration of Fluentd would not work:',
        "P105: <label @A> / <match **> out: 'compress' is the text 'zip' (one of text, gzip); take one of these, perhaps 'gzip'",
        "P104: <label @A> / <match **> out / <buffer> file: 'flush_interval' is the text '1s' (a number of seconds); write the number itself, without a unit: Fluentd reads 500ms as 30000 s and 1.5g as 5 GiB",
        'P200: <label @A> / <filter **> stdout: no record gets here: every tag that it fits is taken before it, last by <label @A> / <match **> out; put it before that, or give that a narrower pattern',
      ].join('\n'),
    ),
  );
});

test('what is right is rendered', () => {
  expect(checkedConfig(flow(END))).toContain('<match **>\n    @type null\n');
});

test('of the text of a user only ids, labels and files count', () => {
  const own = raw('@type my_own\n@id mine\nanything 500ms\n<buffer>\n  overflow_action block\n</buffer>\n');
  expect(checkConfig(flow(match({}, [own])))).toEqual([]);
  expect(
    checkConfig(flow(match({}, [raw('@type relabel\n@id r\n@label @NOWHERE\n')]))).map(({ code }) => code),
  ).toEqual(['P210']);
});

test('a value that is read when Fluentd starts can be of any type', () => {
  expect(checkConfig(flow(http({ read_timeout: env('SECONDS'), json_array: env('ARRAY') })))).toEqual([]);
});
