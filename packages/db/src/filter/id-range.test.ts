import { expect, test } from 'vitest';
import { idRangeOf, isInRange } from './id-range.ts';

const id = '0198b1c4-9a3f-7d20-8e5b-6f7a8b9c0d1e';

test.each([
  id,
  id.toUpperCase(),
  id.replaceAll('-', ''),
  id.slice(0, 8),
  id.slice(0, 9),
  id.slice(0, 20),
  id.replaceAll('-', '').slice(0, 15),
])('%s is the beginning of the id', (text) => {
  const range = idRangeOf(text);
  expect(range && isInRange(id, range)).toBe(true);
  expect(range && isInRange('0198b1c5-9a3f-7d20-8e5b-6f7a8b9c0d1e', range)).toBe(false);
});

test.each([
  '',
  '0198b1c',
  '0198-b1c4',
  '0198b1c4-9a3f7',
  `${id}0`,
  'invoice-',
  '12 345678',
  '--------',
  '0198b1cg',
])('"%s" is not the beginning of an id', (text) => expect(idRangeOf(text)).toBeNull());
