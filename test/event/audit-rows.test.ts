import type { Json } from '../../src/contract/event';
import { ACTIONS_BY_TYPE } from '../../src/event/event-words';
import { ALLOW, FORBID, auditEvent, eventOf, rbacRef, status } from './audit-events';

type Changes = Record<string, Json | undefined>;

interface Row {
  readonly title: string;
  readonly changes: Changes;
  /** `type/action/result`; the action is `-` where there is none. */
  readonly row: string;
}

function rowOf(changes: Changes): string {
  const { event } = eventOf(auditEvent(changes));
  return `${event.type}/${event.action ?? '-'}/${event.result}`;
}

const pod = (subresource: string): Json => ({ resource: 'pods', namespace: 'shop', name: 'x', subresource });
const role = (verbs: string[]): Json => ({ rules: [{ verbs, apiGroups: [''], resources: ['configmaps'] }] });
const binding = (name: string): Json => ({ roleRef: { kind: 'ClusterRole', name }, subjects: [] });
const csr = { resource: 'certificatesigningrequests', apiGroup: 'certificates.k8s.io', subresource: 'approval' };
const condition = (type: string): Json => ({ status: { conditions: [{ type }] } });
const token = { resource: 'serviceaccounts', namespace: 'shop', name: 'ci', subresource: 'token' };

describe('a request of the API server becomes', () => {
  test.each<Row>([
    {
      title: 'a failed login where it was answered 401',
      changes: { stage: 'ResponseStarted', user: {}, annotations: undefined, responseStatus: status(401) },
      row: 'authentication/login/failure',
    },
    {
      title: 'a failed login where it was answered 401 on a path that is no resource',
      changes: { verb: 'get', user: {}, objectRef: undefined, annotations: undefined, responseStatus: status(401) },
      row: 'authentication/login/failure',
    },
    {
      title: 'a failed login also where it asked to write a role',
      changes: { verb: 'create', objectRef: rbacRef('roles'), annotations: undefined, responseStatus: status(401) },
      row: 'authentication/login/failure',
    },
    {
      title: 'no login where a server behind a proxy answered 401: the caller had been let in',
      changes: { verb: 'get', objectRef: pod('proxy'), responseStatus: status(401) },
      row: 'exec/proxy/failure',
    },
    {
      title: 'a refused impersonation where nobody asked the authorizer',
      changes: { annotations: undefined, responseStatus: status(403) },
      row: 'authorization/impersonate/failure',
    },
    {
      title: 'a refused impersonation also with other annotations',
      changes: { annotations: { 'k8s.io/deprecated': 'true' }, responseStatus: status(403) },
      row: 'authorization/impersonate/failure',
    },
    {
      title: 'a denial where the authorizer said forbid',
      changes: { annotations: FORBID, responseStatus: status(403) },
      row: 'authorization/deny/failure',
    },
    {
      title: 'a denial also of an exec',
      changes: { verb: 'get', objectRef: pod('exec'), annotations: FORBID, responseStatus: status(403) },
      row: 'authorization/deny/failure',
    },
    {
      title: 'a failure of its own row where the authorizer itself failed',
      changes: { annotations: FORBID, responseStatus: status(500) },
      row: 'access/list/failure',
    },
    {
      title: 'a failed change where admission refused it after the authorizer allowed it',
      changes: { verb: 'create', responseStatus: status(403) },
      row: 'change/create/failure',
    },
    {
      title: 'a dry run where it was only tried',
      changes: { verb: 'create', requestURI: '/api/v1/namespaces/shop/pods?dryRun=All', responseStatus: status(201) },
      row: 'access/dry-run/unknown',
    },
    {
      title: 'a dry run also of a binding to cluster-admin',
      changes: {
        verb: 'create',
        requestURI: '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings?dryRun=All',
        objectRef: rbacRef('clusterrolebindings'),
        requestObject: binding('cluster-admin'),
        responseStatus: status(201),
      },
      row: 'access/dry-run/unknown',
    },
    {
      title: 'a failure where the dry run was refused',
      changes: { verb: 'create', requestURI: '/api/v1/pods?dryRun=All', responseStatus: status(422) },
      row: 'change/create/failure',
    },
    {
      title: 'a denial where the dry run was forbidden',
      changes: {
        verb: 'create',
        requestURI: '/api/v1/pods?dryRun=All',
        annotations: FORBID,
        responseStatus: status(403),
      },
      row: 'authorization/deny/failure',
    },
    {
      title: 'an exec with a parameter that an exec does not have',
      changes: { verb: 'create', requestURI: '/x?command=sh&dryRun=All', objectRef: pod('exec') },
      row: 'exec/exec/success',
    },
    {
      title: 'a grant where an ordinary role was written',
      changes: { verb: 'create', objectRef: rbacRef('roles'), requestObject: role(['get']) },
      row: 'authorization/grant/success',
    },
    {
      title: 'an escalation where the role reaches beyond ordinary rights',
      changes: { verb: 'update', objectRef: rbacRef('clusterroles'), requestObject: role(['escalate']) },
      row: 'authorization/escalate/success',
    },
    {
      title: 'a binding where an ordinary role was bound',
      changes: { verb: 'create', objectRef: rbacRef('rolebindings'), requestObject: binding('view') },
      row: 'authorization/bind/success',
    },
    {
      title: 'an escalation where cluster-admin was bound',
      changes: { verb: 'create', objectRef: rbacRef('clusterrolebindings'), requestObject: binding('cluster-admin') },
      row: 'authorization/escalate/success',
    },
    {
      title: 'a failed escalation where the server refused to let the caller grant what he lacks',
      changes: { verb: 'create', objectRef: rbacRef('clusterroles'), responseStatus: status(403) },
      row: 'authorization/escalate/failure',
    },
    {
      title: 'a failed escalation where the server refused a binding by patch',
      changes: { verb: 'patch', objectRef: rbacRef('rolebindings'), responseStatus: status(403) },
      row: 'authorization/escalate/failure',
    },
    {
      title: 'a failed escalation where the body of a refused write reached too far',
      changes: {
        verb: 'create',
        objectRef: rbacRef('clusterrolebindings'),
        requestObject: binding('cluster-admin'),
        responseStatus: status(409),
      },
      row: 'authorization/escalate/failure',
    },
    {
      title: 'a grant where a patch left an ordinary role',
      changes: { verb: 'patch', objectRef: rbacRef('roles'), requestObject: [], responseObject: role(['get']) },
      row: 'authorization/grant/success',
    },
    {
      title: 'an escalation where a patch left a role that reaches too far, whatever the patch itself says',
      changes: {
        verb: 'patch',
        objectRef: rbacRef('roles'),
        requestObject: role(['get']),
        responseObject: role(['*']),
      },
      row: 'authorization/escalate/success',
    },
    {
      title: 'a revocation where a role was deleted',
      changes: { verb: 'delete', objectRef: rbacRef('roles') },
      row: 'authorization/revoke/success',
    },
    {
      title: 'a revocation where all bindings were deleted',
      changes: { verb: 'deletecollection', objectRef: rbacRef('rolebindings'), responseStatus: status(500) },
      row: 'authorization/revoke/failure',
    },
    {
      title: 'a read where a role was read',
      changes: { verb: 'get', objectRef: rbacRef('clusterroles') },
      row: 'access/get/success',
    },
    {
      title: 'a change where a resource of another group is called roles',
      changes: { verb: 'create', objectRef: { resource: 'roles', apiGroup: 'iam.example.com' } },
      row: 'change/create/success',
    },
    {
      title: 'an issue where a token was asked for',
      changes: { verb: 'create', objectRef: token, responseStatus: status(201) },
      row: 'authorization/issue/success',
    },
    {
      title: 'an issue also with a parameter that a token request does not honour',
      changes: { verb: 'create', requestURI: '/token?dryRun=All', objectRef: token, responseStatus: status(201) },
      row: 'authorization/issue/success',
    },
    {
      title: 'an issue where a certificate request was approved and its body was not recorded',
      changes: { verb: 'update', objectRef: csr },
      row: 'authorization/issue/success',
    },
    {
      title: 'an issue where the body says approved',
      changes: { verb: 'update', objectRef: csr, requestObject: condition('Approved') },
      row: 'authorization/issue/success',
    },
    {
      title: 'a change where a certificate request was turned down',
      changes: { verb: 'update', objectRef: csr, requestObject: condition('Denied') },
      row: 'change/update/success',
    },
    {
      title: 'a change where a certificate request was made',
      changes: { verb: 'create', objectRef: { ...csr, subresource: '' }, responseStatus: status(201) },
      row: 'change/create/success',
    },
    {
      title: 'an exec over a websocket',
      changes: { verb: 'get', stage: 'ResponseStarted', objectRef: pod('exec'), responseStatus: status(101) },
      row: 'exec/exec/success',
    },
    { title: 'an exec over SPDY', changes: { verb: 'create', objectRef: pod('exec') }, row: 'exec/exec/success' },
    { title: 'an attachment', changes: { verb: 'get', objectRef: pod('attach') }, row: 'exec/attach/success' },
    {
      title: 'a forwarded port',
      changes: { verb: 'create', objectRef: pod('portforward') },
      row: 'exec/port-forward/success',
    },
    {
      title: 'a proxied request',
      changes: { verb: 'delete', objectRef: { resource: 'services', subresource: 'proxy' } },
      row: 'exec/proxy/success',
    },
    {
      title: 'a proxied request to a node',
      changes: { verb: 'get', objectRef: { resource: 'nodes', subresource: 'proxy' } },
      row: 'exec/proxy/success',
    },
    {
      title: 'a debug container',
      changes: { verb: 'patch', objectRef: pod('ephemeralcontainers') },
      row: 'exec/debug/success',
    },
    {
      title: 'a read where debug containers were only looked at',
      changes: { verb: 'get', objectRef: pod('ephemeralcontainers') },
      row: 'access/get/success',
    },
    {
      title: 'a connection into a machine of another API group',
      changes: {
        verb: 'get',
        objectRef: { resource: 'machines', apiGroup: 'vm.example.com', subresource: 'portforward' },
      },
      row: 'exec/port-forward/success',
    },
    { title: 'a read', changes: { verb: 'get' }, row: 'access/get/success' },
    { title: 'a list', changes: { verb: 'list' }, row: 'access/list/success' },
    { title: 'a watch', changes: { verb: 'watch' }, row: 'access/watch/success' },
    { title: 'a read of a log', changes: { verb: 'get', objectRef: pod('log') }, row: 'access/get/success' },
    {
      title: 'a read that found nothing',
      changes: { verb: 'get', responseStatus: status(404) },
      row: 'access/get/failure',
    },
    ...['create', 'update', 'patch', 'delete', 'deletecollection'].map((verb) => ({
      title: `a change (${verb})`,
      changes: { verb },
      row: `change/${verb}/success`,
    })),
    { title: 'a read of a path', changes: { verb: 'head', objectRef: undefined }, row: 'access/get/success' },
    { title: 'a change of a path', changes: { verb: 'post', objectRef: undefined }, row: 'change/create/success' },
    {
      title: 'an access without an action where the method is unknown',
      changes: { verb: '' },
      row: 'access/-/success',
    },
    {
      title: 'an access of unknown result where no code was recorded',
      changes: { responseStatus: undefined },
      row: 'access/list/unknown',
    },
    {
      title: 'an access of unknown result where the answer was a redirection',
      changes: { responseStatus: status(301) },
      row: 'access/list/unknown',
    },
    {
      title: 'a failure where the handler panicked',
      changes: { stage: 'Panic', responseStatus: status(500) },
      row: 'access/list/failure',
    },
  ])('$title', ({ changes, row }) => {
    expect(rowOf(changes)).toBe(row);
  });

  test('an action of the closed list of its type, for every verb and subresource', () => {
    const verbs = [
      'get',
      'list',
      'watch',
      'create',
      'update',
      'patch',
      'delete',
      'deletecollection',
      'head',
      'post',
      '',
    ];
    const subresources = [
      '',
      'exec',
      'attach',
      'portforward',
      'proxy',
      'ephemeralcontainers',
      'token',
      'log',
      'status',
    ];
    for (const verb of verbs) {
      for (const subresource of subresources) {
        for (const code of [200, 101, 401, 403, 500]) {
          const { event } = eventOf(auditEvent({ verb, objectRef: pod(subresource), responseStatus: status(code) }));
          if (event.action !== undefined) expect(ACTIONS_BY_TYPE[event.type]).toContain(event.action);
        }
      }
    }
  });

  test.each([
    { title: 'a create at Metadata', changes: { verb: 'create' } },
    {
      title: 'a patch at Request, whose body is the patch',
      changes: { verb: 'patch', level: 'Request', requestObject: role(['*']) },
    },
    {
      title: 'a patch that failed and was answered with a Status',
      changes: {
        verb: 'patch',
        level: 'RequestResponse',
        responseObject: { kind: 'Status' },
        responseStatus: status(409),
      },
    },
    {
      title: 'a create whose body was cut off',
      changes: { verb: 'create', level: 'Request', annotations: { ...ALLOW, 'audit.k8s.io/truncated': 'true' } },
    },
  ])('$title of a role gives an action that is unknown, not grant', ({ changes }) => {
    const { event, unrecorded } = eventOf(auditEvent({ objectRef: rbacRef('roles'), ...changes }));
    expect(event.type).toBe('authorization');
    expect(event.action).toBeUndefined();
    expect(unrecorded).toContain('event.action');
  });
});
