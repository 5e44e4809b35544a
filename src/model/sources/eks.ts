/** Audit events of EKS, which AWS writes to a log group of CloudWatch. */
import { secretFile, section, source } from '../fluentd/elements';
import type { FluentdElement } from '../fluentd/elements';
import { unwrapLabel, unwrapLabelName } from './unwrap';
import type { AggregatorPlace } from './unwrap';

export interface EksSource {
  readonly region: string;
  readonly logGroup: string;
  /** Seconds between two questions for new events. */
  readonly fetchSeconds: number;
  /** How far back the very first start reads, in seconds. */
  readonly lookbackSeconds: number;
  /** Files with a key pair; absent: what the environment of the pod gives. */
  readonly keys?: { readonly idFile: string; readonly secretFile: string };
  /** Base URL of the service, where it is not that of the region. */
  readonly endpoint?: string;
}

/** Each API server of a control plane has a stream of its own, and a new one when AWS replaces it. */
const STREAM_PREFIX = 'kube-apiserver-audit';

/**
 * Which pages have been read stands in the state folder, and is written after their records stand in the file buffers:
 * a kill repeats a page at most, and loses none.
 */
export function eksElements(eks: EksSource, place: AggregatorPlace): FluentdElement[] {
  const params = {
    '@type': 'siem_cloudwatch_logs',
    '@id': 'in_eks',
    '@label': unwrapLabelName('EKS'),
    tag: 'kube.audit',
    aws_key_id: eks.keys === undefined ? undefined : secretFile(eks.keys.idFile),
    aws_sec_key: eks.keys === undefined ? undefined : secretFile(eks.keys.secretFile),
    region: eks.region,
    endpoint: eks.endpoint,
    log_group_name: eks.logGroup,
    log_stream_name: STREAM_PREFIX,
    fetch_interval: eks.fetchSeconds,
    lookback: eks.lookbackSeconds,
  };
  const storage = { '@type': 'local', persistent: true, path: `${place.stateDirectory}/pos/in_eks.json` };
  // Without a parser the plugin reads JSON by itself, and only reports what is none.
  const children = [section('parse', { '@type': 'none' }), section('storage', storage)];
  return [source(params, children), unwrapLabel({ name: 'EKS', format: 'eks', envelope: 'plain' }, place)];
}
