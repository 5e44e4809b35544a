import fc from 'fast-check';
import type { Json } from '../../src/contract/event';
import { auditRequest } from '../../src/event/audit-request';
import { hasDryRunQuery, isDryRun } from '../../src/event/dry-run';
import { auditEvent } from './audit-events';

describe('a query says dryRun=All', () => {
  test.each<{ uri: Json | undefined; says: boolean }>([
    { uri: '/api/v1/pods?dryRun=All', says: true },
    { uri: '/api/v1/pods?fieldManager=x&dryRun=All&pretty=true', says: true },
    { uri: '/api/v1/pods?&&dryRun=All&', says: true },
    { uri: '/api/v1/pods?dry%52un=%41ll', says: true },
    { uri: '/api/v1/pods?%64%72%79%52%75%6e=%41%6C%6c', says: true },
    { uri: '/api/v1/pods?dryRun=None&dryRun=All', says: true },
    { uri: '/api/v1/pods?a=%zz&dryRun=All', says: true },
    { uri: '/api/v1/pods', says: false },
    { uri: '/api/v1/dryRun=All/pods', says: false },
    { uri: '/api/v1/pods?', says: false },
    { uri: '/api/v1/pods?dryRun', says: false },
    { uri: '/api/v1/pods?dryRun=', says: false },
    { uri: '/api/v1/pods?dryRun=all', says: false },
    { uri: '/api/v1/pods?dryrun=All', says: false },
    { uri: '/api/v1/pods?dryRun=All;', says: false },
    { uri: '/api/v1/pods?x=1;dryRun=All', says: false },
    { uri: '/api/v1/pods?dryRun=All%', says: false },
    { uri: '/api/v1/pods?dryRun=%\u0014\u0011ll', says: false },
    { uri: '/api/v1/pods?dryRun%3DAll', says: false },
    { uri: '/api/v1/pods?dryRun=All%20', says: false },
    { uri: '/api/v1/pods?dryRun=All=All', says: false },
    { uri: '/api/v1/pods?fieldManager=dryRun%3DAll', says: false },
    { uri: '/api/v1/pods?fieldManager=%26dryRun=All', says: false },
    { uri: undefined, says: false },
    { uri: 7, says: false },
    { uri: ['?dryRun=All'], says: false },
  ])('$uri: $says', ({ uri, says }) => {
    expect(hasDryRunQuery(uri)).toBe(says);
  });

  test('as URLSearchParams reads it, where the escapes are well formed', () => {
    const part = fc.constantFrom('dryRun', 'All', '=', '&', 'x', '%41ll', 'dry%52un', '%26', '%3D', '?', '#');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const query = parts.join('');
        expect([query, hasDryRunQuery(`/x?${query}`)]).toEqual([
          query,
          new URLSearchParams(`&${query}`).getAll('dryRun').includes('All'),
        ]);
      }),
      { numRuns: 3000, seed: 2 },
    );
  });

  test('in time that grows with the query, not with its square', () => {
    expect(hasDryRunQuery(`/x?${'dryRun=A&%'.repeat(300_000)}`)).toBe(false);
    expect(hasDryRunQuery(`/x?%${'&a'.repeat(1_000_000)}`)).toBe(false);
  });
});

describe('a request is a dry run', () => {
  const uri = '/x?dryRun=All';
  const row = (changes: Record<string, Json | undefined>): boolean =>
    isDryRun(auditRequest(auditEvent({ requestURI: uri, ...changes })));

  test.each(['create', 'update', 'patch', 'delete', 'deletecollection'])(
    'where the API server honours it: %s',
    (verb) => {
      expect(row({ verb })).toBe(true);
    },
  );

  test.each([
    { title: 'a read', changes: { verb: 'get' } },
    { title: 'a watch', changes: { verb: 'watch' } },
    { title: 'an exec', changes: { verb: 'create', objectRef: { resource: 'pods', subresource: 'exec' } } },
    {
      title: 'a proxied write',
      changes: { verb: 'create', objectRef: { resource: 'services', subresource: 'proxy' } },
    },
    {
      title: 'a token request',
      changes: { verb: 'create', objectRef: { resource: 'serviceaccounts', subresource: 'token' } },
    },
    { title: 'a path that is no resource', changes: { verb: 'post', objectRef: undefined } },
  ])('but not where the API server does not honour it: $title', ({ changes }) => {
    expect(row(changes)).toBe(false);
  });

  test('by its body where it is a deletion that has one, whatever its query says', () => {
    expect(row({ verb: 'delete', requestObject: { kind: 'DeleteOptions', dryRun: ['All'] }, requestURI: '/x' })).toBe(
      true,
    );
    expect(row({ verb: 'delete', requestObject: { kind: 'DeleteOptions' } })).toBe(false);
  });
});
