import type { Json } from '../../src/contract/event';
import { ALLOW, auditEvent, eventOf } from './audit-events';

const REQUEST = 'audit.requestObject';
const RESPONSE = 'audit.responseObject';
const TRUNCATED = { ...ALLOW, 'audit.k8s.io/truncated': 'true' };

interface Row {
  readonly title: string;
  readonly verb: string;
  readonly level?: string;
  readonly more?: Record<string, Json | undefined>;
  readonly unknown: readonly string[];
}

const pod = (subresource: string): Json => ({ resource: 'pods', name: 'x', subresource });

describe('what was not recorded', () => {
  test.each<Row>([
    ...['create', 'update', 'patch', 'delete', 'deletecollection'].map((verb) => ({
      title: `both bodies of ${verb} at Metadata`,
      verb,
      unknown: [REQUEST, RESPONSE],
    })),
    ...['get', 'list'].map((verb) => ({ title: `the response of ${verb} at Metadata`, verb, unknown: [RESPONSE] })),
    {
      title: 'the response of a create at Request',
      verb: 'create',
      level: 'Request',
      more: { requestObject: {} },
      unknown: [RESPONSE],
    },
    { title: 'the response of a read at Request', verb: 'get', level: 'Request', unknown: [RESPONSE] },
    {
      title: 'the response of a deletion at Request, which may have been sent without a body',
      verb: 'delete',
      level: 'Request',
      unknown: [RESPONSE],
    },
    {
      title: 'the request of a create that lost it on the way',
      verb: 'create',
      level: 'RequestResponse',
      more: { responseObject: {} },
      unknown: [REQUEST],
    },
    {
      title: 'both bodies of a create without a level',
      verb: 'create',
      more: { level: undefined },
      unknown: [REQUEST, RESPONSE],
    },
    {
      title: 'both bodies of a create with null for a body',
      verb: 'create',
      more: { requestObject: null },
      unknown: [REQUEST, RESPONSE],
    },
    {
      title: 'both bodies that were cut off',
      verb: 'create',
      level: 'RequestResponse',
      more: { annotations: TRUNCATED },
      unknown: [REQUEST, RESPONSE],
    },
    {
      title: 'both bodies of a read that was cut off',
      verb: 'get',
      level: 'RequestResponse',
      more: { annotations: TRUNCATED },
      unknown: [REQUEST, RESPONSE],
    },
    {
      title: 'both bodies of an eviction',
      verb: 'create',
      more: { objectRef: pod('eviction') },
      unknown: [REQUEST, RESPONSE],
    },
    {
      title: 'both bodies of a debug container',
      verb: 'patch',
      more: { objectRef: pod('ephemeralcontainers') },
      unknown: [REQUEST, RESPONSE],
    },
  ])('is unknown: $title', ({ verb, level, more, unknown }) => {
    expect(eventOf(auditEvent({ verb, level: level ?? 'Metadata', ...more })).unrecorded).toEqual(unknown);
  });

  test.each<Omit<Row, 'unknown'>>([
    {
      title: 'nothing of a create with both bodies',
      verb: 'create',
      level: 'RequestResponse',
      more: { requestObject: {}, responseObject: {} },
    },
    {
      title: 'no request body of a read at RequestResponse',
      verb: 'get',
      level: 'RequestResponse',
      more: { responseObject: {} },
    },
    { title: 'no response body at RequestResponse where there was none', verb: 'list', level: 'RequestResponse' },
    { title: 'no body of a watch', verb: 'watch' },
    ...['exec', 'attach', 'portforward', 'proxy', 'log'].map((name) => ({
      title: `no body of ${name}`,
      verb: 'create',
      more: { objectRef: pod(name) },
    })),
    ...['get', 'delete', 'patch', 'post'].map((verb) => ({
      title: `no body of a path that is no resource (${verb})`,
      verb,
      more: { objectRef: undefined },
    })),
    {
      title: 'no body where the annotation says it was not cut',
      verb: 'watch',
      more: { annotations: { 'audit.k8s.io/truncated': 'false' } },
    },
  ])('is not what the request never had: $title', ({ verb, level, more }) => {
    expect(eventOf(auditEvent({ verb, level: level ?? 'Metadata', ...more })).unrecorded).toEqual([]);
  });
});
