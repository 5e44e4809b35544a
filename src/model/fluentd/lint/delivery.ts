/** What makes a configuration lose records, or stand still, although each of its parts is valid. */
import { RegexpValue } from '../elements';
import type { FluentdValue } from '../elements';
import { childrenNamed, everyView, isTrue, textOf, typeOf } from '../view';
import type { ElementView } from '../view';
import type { ConfigProblem, ProblemCode } from './problem';

export function deliveryProblems(top: readonly ElementView[]): ConfigProblem[] {
  const views = everyView(top);
  const system = top.find(({ name }) => name === 'system');
  return [
    ...errorLabel(top),
    ...views.flatMap((view) => CHECKS.flatMap((check) => check(view))),
    ...views.filter((view) => isOutput(view)).flatMap(bufferProblems),
    ...oneWorker(views, system),
  ];
}

/** What an output with these types does at once, so that nothing can wait in it. */
const UNBUFFERED = [
  'copy', 'detect_exceptions', 'null', 'prometheus', 'relabel', 'rewrite_tag_filter', 'roundrobin', 'siem_sort', 'stdout',
]; // prettier-ignore

export function isOutput(view: ElementView): boolean {
  return view.name === 'match' || view.name === 'store' || view.name === 'secondary';
}

/** Whether records wait in an output of ours; of a user's own text nobody knows. */
export function isBuffered(view: ElementView): boolean {
  return isOutput(view) && view.name !== 'secondary' && !view.isOpaque && !UNBUFFERED.includes(typeOf(view));
}

function problem(code: ProblemCode, view: ElementView, what: string, remedy: string): ConfigProblem[] {
  return [{ code, where: view.where, what, remedy }];
}

function errorLabel(top: readonly ElementView[]): ConfigProblem[] {
  const label = top.find((view) => view.name === 'label' && view.argument === '@ERROR');
  if (label === undefined) return [];
  const what = 'a full buffer becomes an event here, so that in_tail reads on and what is in the way is lost';
  return problem('P404', label, what, 'leave the label out: errors are logged, and readers wait');
}

function bufferProblems(view: ElementView): ConfigProblem[] {
  const [buffer] = childrenNamed(view, 'buffer');
  if (buffer === undefined) {
    if (!isBuffered(view)) return [];
    const what = 'it has no <buffer>, so records wait in memory and a restart loses them';
    return problem('P400', view, what, 'add a buffer of files');
  }
  if (buffer.isOpaque) return [];
  return [...boundProblems(buffer), ...fullProblems(buffer), ...secondaryProblems(view, buffer)];
}

function boundProblems(buffer: ElementView): ConfigProblem[] {
  if (buffer.params['total_limit_size'] !== undefined) return [];
  const what = "'total_limit_size' is missing: up to 64 GiB of files, or 512 MiB of memory, may wait";
  return problem('P400', buffer, what, 'say how many bytes may wait');
}

function fullProblems(buffer: ElementView): ConfigProblem[] {
  const action = textOf(buffer.params['overflow_action']);
  if (action === 'block') {
    const what = "'overflow_action block' keeps Fluentd from stopping while its destination is down";
    return problem('P400', buffer, what, "take 'throw_exception', and who sends will wait");
  }
  if (action !== undefined) return [];
  return problem('P400', buffer, "'overflow_action' is missing", "take 'throw_exception' or 'drop_oldest_chunk'");
}

function secondaryProblems(view: ElementView, buffer: ElementView): ConfigProblem[] {
  const [secondary] = childrenNamed(view, 'secondary');
  if (secondary === undefined || !isTrue(buffer, 'retry_forever')) return [];
  const what = "it is never used: the buffer has 'retry_forever'";
  return problem('P401', secondary, what, 'leave it out, or bound the attempts');
}

type Check = (view: ElementView) => ConfigProblem[];

/** Parameters without which a plugin loses records; the text says how. */
const NEEDED: readonly {
  readonly element: string;
  readonly type: RegExp;
  readonly param: string;
  /** The value it must have; any where this is undefined. */
  readonly value?: string;
  readonly loses: string;
}[] = [
  { element: 'source', type: /^tail$/, param: 'pos_file', loses: 'a restart reads on at the end of the file' },
  {
    element: 'source',
    type: /^tail$/,
    param: 'read_from_head',
    value: 'true',
    loses: 'lines that were written before the file was found are never read',
  },
  {
    element: 'output',
    type: /^http$/,
    param: 'retryable_response_codes',
    loses: 'after any answer but 503 the delivery is given up',
  },
  {
    element: 'output',
    type: /^kinesis_/,
    param: 'drop_failed_records_after_batch_request_retries',
    value: 'false',
    loses: 'records that were refused eight times are dropped',
  },
  {
    element: 'output',
    type: /^splunk_hec$/,
    param: 'consume_chunk_on_4xx_errors',
    value: 'false',
    loses: 'a delivery that is refused, for a wrong token for example, is dropped',
  },
  {
    element: 'output',
    type: /^cloudwatch_logs$/,
    param: 'put_log_events_disable_retry_limit',
    value: 'true',
    loses: 'a delivery that was throttled 17 times is dropped',
  },
  {
    element: 'output',
    type: /^forward$/,
    param: 'require_ack_response',
    value: 'true',
    loses: 'what was sent counts as delivered, whether or not it was taken',
  },
  {
    element: 'filter',
    type: /^concat$/,
    param: 'timeout_label',
    loses: 'parts whose rest never comes are dropped as errors',
  },
];

function needed(view: ElementView): ConfigProblem[] {
  if (view.isOpaque) return [];
  const element = isOutput(view) ? 'output' : view.name;
  return NEEDED.filter((need) => need.element === element && need.type.test(typeOf(view))).flatMap((need) => {
    const given = view.params[need.param];
    const isGiven = need.value === undefined ? given !== undefined : textOf(given) === need.value;
    if (isGiven) return [];
    const remedy = need.value === undefined ? `give '${need.param}'` : `set '${need.param}' to ${need.value}`;
    return problem('P402', view, `without '${need.param}' ${need.loses}`, remedy);
  });
}

function unrecoverable(view: ElementView): ConfigProblem[] {
  const given = textOf(view.params['error_response_as_unrecoverable']);
  if (!isOutput(view) || typeOf(view) !== 'http' || given !== 'false') return [];
  const what = "'error_response_as_unrecoverable false' drops what was refused with only a line in the log";
  return problem('P402', view, what, "leave it out, and give 'retryable_response_codes'");
}

function catchAll(view: ElementView): ConfigProblem[] {
  if (typeOf(view) !== 'rewrite_tag_filter') return [];
  const last = childrenNamed(view, 'rule').at(-1);
  if (last !== undefined && (takesAll(last.params['pattern']) || isTrue(last, 'invert'))) return [];
  const what = 'a record that no <rule> fits is dropped without a word';
  return problem(
    'P405',
    view,
    what,
    'end with a <rule> whose pattern fits everything, on a field that is always there',
  );
}

const EVERYTHING = ['.+', '.*', '^.+$', '^.*$', '.', ''];

function takesAll(value: FluentdValue | undefined): boolean {
  const source = value instanceof RegexpValue ? value.source : (textOf(value) ?? '-').replace(/^\/(.*)\/$/, '$1');
  return EVERYTHING.includes(source);
}

/** What the parser refuses becomes an error event, and without a label for these it is gone. */
function refusedByParser(view: ElementView): ConfigProblem[] {
  if (view.name !== 'filter' || typeOf(view) !== 'parser' || view.isOpaque || isTrue(view, 'reserve_data')) return [];
  const what = 'a record that it cannot parse is dropped';
  return problem('P405', view, what, "set 'reserve_data' to true, so that the record goes on as it was");
}

/** The time of the line, and lines that the inner parser does not take, are lost. */
function parserInCri(view: ElementView): ConfigProblem[] {
  const [inner] = view.name === 'parse' && typeOf(view) === 'cri' ? childrenNamed(view, 'parse') : [];
  if (inner === undefined) return [];
  return problem('P405', inner, 'a line that it cannot parse is dropped', 'parse the message in a filter after it');
}

const CHECKS: readonly Check[] = [needed, unrecoverable, catchAll, refusedByParser, parserInCri];

/** Readers of files keep one position for all workers. */
function oneWorker(views: readonly ElementView[], system: ElementView | undefined): ConfigProblem[] {
  const workers = Number(textOf(system?.params['workers']) ?? 1);
  if (workers <= 1) return [];
  const readers = views.filter((view) => view.name === 'source' && ['tail', 'systemd'].includes(typeOf(view)));
  return readers.flatMap((view) =>
    problem('P406', view, `it cannot run in ${workers} workers`, "set 'workers' to 1, or put it into a <worker>"),
  );
}
