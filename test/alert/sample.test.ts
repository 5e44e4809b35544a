import { weighedSample } from '../../src/alert/sample';
import type { Json, JsonObject } from '../../src/contract/event';
import { eventOf } from '../support/events';

const AMPLE = 1_000_000;
const { event } = eventOf({ user: 'alice', groups: ['dev'], object: { resource: 'pods', name: 'cart-0' } });

test('a small record is kept as it came, as a copy', () => {
  const record = { verb: 'create', user: { username: 'alice' } };
  const { sample, weight } = weighedSample(event, record, AMPLE);
  expect(sample).toEqual({ event, record });
  expect(sample.record).not.toBe(record);
  expect(weight).toBe(JSON.stringify(event).length + JSON.stringify(record).length);
});

test('without a record there is none in the sample', () => {
  expect(weighedSample(event, undefined, AMPLE).sample).toEqual({ event });
});

test('of a large record the largest members give way, one by one', () => {
  const record: JsonObject = {
    verb: 'create',
    requestObject: { data: 'x'.repeat(100_000) },
    responseObject: { data: 'x'.repeat(20_000) },
    annotations: { a: 'y'.repeat(10_000) },
  };
  const { sample, weight } = weighedSample(event, record, AMPLE);
  expect(sample.record).toEqual({
    verb: 'create',
    requestObject: '[omitted: 100011 characters]',
    responseObject: '[omitted: 20011 characters]',
    annotations: { a: 'y'.repeat(10_000) },
  });
  expect(weight).toBeLessThan(16 * 1024 + JSON.stringify(event).length + 100);
});

test('a record of too many members is left out whole', () => {
  const record = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`key-${i}`, i]));
  expect(weighedSample(event, record, AMPLE).sample.record).toEqual({ omitted: 'a record of 57780 characters' });
});

test('a record that is nested too deep says so', () => {
  let nested: Json = 1;
  for (let i = 0; i < 200_000; i += 1) nested = [nested];
  expect(weighedSample(event, { verb: 'create', nested }, AMPLE).sample.record).toEqual({
    verb: 'create',
    nested: '[omitted: nested too deep]',
  });
});

test('when the budget is used up, the record is left out', () => {
  expect(weighedSample(event, { verb: 'create' }, 10).sample.record).toEqual({ omitted: 'a record of 12 characters' });
});

test('fields of any length and lists of any size are cut', () => {
  const long = 'x'.repeat(1_000_000);
  const fields = eventOf({
    user: long,
    user_agent: long,
    groups: Array.from({ length: 10_000 }, () => long),
    object: { resource: long, name: long },
  }).event;
  const { sample, weight } = weighedSample(fields, undefined, AMPLE);
  expect(sample.event.user).toBe(`${'x'.repeat(511)}…`);
  expect(sample.event.groups).toHaveLength(32);
  expect(weight).toBeLessThan(16 * 1024);
});

test('what sources say beside the common fields is cut like them', () => {
  const long = 'x'.repeat(100_000);
  const labels = Array<string>(1_000).fill(long);
  const facts = {
    http: { path: long, status: 200 },
    dns: { name: long },
    network: { protocol: 'tcp', source: { ip: '192.0.2.1', labels }, destination: { names: labels } },
    process: { command_line: long, pid: 7 },
    signature: long,
  };
  const { sample, weight } = weighedSample({ ...event, ...facts }, undefined, AMPLE);
  expect(weight).toBeLessThan(16 * 1024);
  expect(sample.event).toMatchObject({
    http: { path: expect.stringMatching(/^x{511}…$/) as string, status: 200 },
    network: { protocol: 'tcp', source: { ip: '192.0.2.1' } },
    process: { pid: 7 },
  });
});
