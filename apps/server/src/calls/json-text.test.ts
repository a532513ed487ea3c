import fc from 'fast-check';
import { expect, test } from 'vitest';
import { refuseDeepJson, unreadableNumbers } from './json-text.ts';

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

test('JSON may be nested 20 levels deep, and brackets in strings do not count', () => {
  const refused = 'JSON must not be nested more than 20 levels deep.';
  refuseDeepJson(nested(20));
  expect(() => refuseDeepJson(nested(21))).toThrow(refused);
  expect(() => refuseDeepJson('{"a":'.repeat(21))).toThrow(refused);
  refuseDeepJson(Array.from({ length: 100 }, () => '[{"a":[]}]').join());
  const text = `${'['.repeat(30)}"\\`;
  refuseDeepJson(JSON.stringify({ [text]: text, next: [text, '\\'] }));
  expect(() => refuseDeepJson(`${JSON.stringify(text)}${nested(21)}`)).toThrow(refused);
  refuseDeepJson('"never closed [[[[[[[[[[[[[[[[[[[[[[[[[');
});

test('the depth of any JSON is measured as JSON.parse builds it', () => {
  const depthOf = (value: unknown): number =>
    typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 30, depthSize: 'xlarge' }), (value) => {
      const check = () => refuseDeepJson(JSON.stringify(value));
      if (depthOf(value) > 20) expect(check).toThrow();
      else check();
    }),
  );
});

test.each([
  '10.0000000000000000001',
  '19.990000000000000000000001',
  '1000000.00000000001',
  '0.30000000000000000001',
  '1.0000000000000001',
  '9007199254740993',
  '9007199254740992.5',
  '12345678901234567890',
  '1e400',
  '1e-400',
  '-10.0000000000000000001',
  `0.${'0'.repeat(400)}1`,
])('%s is not read as another number', (source) => {
  expect(unreadableNumbers(`{"amount":${source}}`)).toEqual([
    { path: 'amount', message: 'must be a number that a double can hold: use at most 15 digits' },
  ]);
  expect(unreadableNumbers(`[1, {"rows": [2, ${source}]}]`).map(({ path }) => path)).toEqual(['1.rows.1']);
});

test.each([
  '19.99',
  '19.990000000000000000000',
  '0.000000000000000000000',
  '2.0300000000000002',
  '19.989999999999998',
  '1000000000000000000000',
  '1e21',
  '1.7976931348623157e308',
  '5e-324',
  '-9007199254740991',
])('%s is a number that a double holds', (source) => {
  expect(unreadableNumbers(`{"amount":${source}}`)).toEqual([]);
});

test('numbers inside texts do not count, and what is not JSON is left to the parser', () => {
  expect(unreadableNumbers('{"receiver": "card 12345678901234567890, or 1e400"}')).toEqual([]);
  expect(unreadableNumbers('{"amount": 10.0000000000000000001')).toEqual([]);
});

test('every double is readable as JavaScript writes it, and with 17 digits', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      expect(unreadableNumbers(JSON.stringify([value]))).toEqual([]);
      expect(unreadableNumbers(`[${value.toPrecision(17)}]`)).toEqual([]);
    }),
  );
});
