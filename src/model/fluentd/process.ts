/** What every Fluentd of the stack has: the process, its own log, and its metrics. */
import { FLUENTD_PORTS } from '../../contract/detector-config';
import { label, match, section, source } from './elements';
import type { FluentdElement } from './elements';

/**
 * `config_include_dir ''`: since 1.19 a directory is read beside the configuration unless this says otherwise.
 * `suppress_config_dump`: the dump at start hides only parameters that a plugin declares secret, headers are not.
 */
export function processElements(
  stateDirectory: string,
  ownLog: readonly FluentdElement[] = [ownLogToNobody()],
): FluentdElement[] {
  const log = section('log', { format: 'json' });
  return [
    section(
      'system',
      {
        workers: 1,
        root_dir: stateDirectory,
        config_include_dir: '',
        strict_config_value: true,
        suppress_config_dump: true,
        suppress_repeated_stacktrace: true,
        emit_error_log_interval: 60,
        ignore_same_log_interval: 30,
      },
      [log],
    ),
    ...ownLog,
  ];
}

/** Fluentd's own log stays on its standard output: shipped, it would feed on its own errors. */
function ownLogToNobody(): FluentdElement {
  return label('@FLUENT_LOG', [match({ '@type': 'null', '@id': 'null_fluent_log' })]);
}

/** `gauge_all false`: counters are counters, so that rates over a restart are right. */
export function metricsSources(): FluentdElement[] {
  return [
    source({ '@type': 'prometheus', '@id': 'in_metrics', bind: '0.0.0.0', port: FLUENTD_PORTS.metrics }),
    source({ '@type': 'prometheus_output_monitor', '@id': 'in_output_metrics', gauge_all: false }),
  ];
}
