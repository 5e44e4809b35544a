import * as fs from 'node:fs';
import * as path from 'node:path';
import { parseRequest } from '../../../src/model/audit-policy/request-attributes';

interface Vector {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly expect: object;
}

const VECTORS = fs
  .readFileSync(path.join(__dirname, '..', '..', 'fixtures', 'audit-request-attributes.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Vector);

test.each(VECTORS)('parses as the API server does: $id, $method $url', ({ method, url, expect: expected }) => {
  expect(parseRequest(method, url)).toEqual(expected);
});

const COLLECTION = '/api/v1/namespaces/shop/secrets';

test.each([
  { title: 'HEAD on a resource is a get', method: 'HEAD', url: `${COLLECTION}/db`, verb: 'get', name: 'db' },
  { title: 'HEAD elsewhere keeps its name', method: 'HEAD', url: '/healthz', verb: 'head', name: '' },
  { title: 'a deletion without a name', method: 'DELETE', url: COLLECTION, verb: 'deletecollection', name: '' },
  {
    title: 'a selector does not name what is deleted',
    method: 'DELETE',
    url: `${COLLECTION}?fieldSelector=metadata.name%3Ddb`,
    verb: 'deletecollection',
    name: '',
  },
  { title: 'watch switched off', method: 'GET', url: `${COLLECTION}?watch=FALSE`, verb: 'list', name: '' },
  { title: 'watch in the path', method: 'GET', url: '/api/v1/watch/namespaces/shop/secrets', verb: 'watch', name: '' },
  {
    title: 'two equals signs',
    method: 'GET',
    url: `${COLLECTION}?fieldSelector=metadata.name==db`,
    verb: 'list',
    name: 'db',
  },
  {
    title: 'another field before the name',
    method: 'GET',
    url: `${COLLECTION}?fieldSelector=type!%3Da,metadata.name%3Ddb`,
    verb: 'list',
    name: 'db',
  },
  {
    title: 'a name that must differ',
    method: 'GET',
    url: `${COLLECTION}?fieldSelector=metadata.name!%3Ddb`,
    verb: 'list',
    name: '',
  },
  {
    title: 'an escaped comma',
    method: 'GET',
    url: `${COLLECTION}?fieldSelector=metadata.name%3Da%5C,b`,
    verb: 'list',
    name: 'a,b',
  },
  {
    title: 'a selector that cannot be read',
    method: 'GET',
    url: `${COLLECTION}?fieldSelector=metadata.name%3Ddb,x`,
    verb: 'list',
    name: '',
  },
  {
    title: 'a name that no path can hold',
    method: 'GET',
    url: `${COLLECTION}?fieldSelector=metadata.name%3Da%2Fb`,
    verb: 'list',
    name: '',
  },
  {
    title: 'a number that is none',
    method: 'GET',
    url: `${COLLECTION}?limit=x&fieldSelector=metadata.name%3Ddb`,
    verb: 'list',
    name: '',
  },
  {
    title: 'a watch beside a number that is none',
    method: 'GET',
    url: `${COLLECTION}?limit=x&watch=1`,
    verb: 'watch',
    name: '',
  },
  { title: 'a switch behind a semicolon', method: 'GET', url: `${COLLECTION}?a=1;watch=1`, verb: 'list', name: '' },
  { title: 'slashes at the end', method: 'GET', url: `${COLLECTION}//`, verb: 'list', name: '' },
])('$title', ({ method, url, verb, name }) => {
  expect(parseRequest(method, url)).toMatchObject({ verb, name });
});

test('an escape in a path is read before the path is split', () => {
  expect(parseRequest('GET', '/api/v1/namespaces/shop%2Fpods/a').namespace).toBe('shop');
});

test.each([
  { title: 'a broken escape', url: '/api/v1/pods/%zz' },
  { title: 'a verb in the path with nothing after it', url: '/api/v1/watch' },
])('refuses what the API server answers by itself: $title', ({ url }) => {
  expect(() => parseRequest('GET', url)).toThrow(RangeError);
});
