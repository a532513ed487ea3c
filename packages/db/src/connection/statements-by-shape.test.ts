import { expect, test } from 'vitest';
import { sql } from '../drizzle.ts';
import { maxShapes, statementsByShape } from './statements-by-shape.ts';

type Shape = { columns: number };

const numbers = () =>
  statementsByShape<Shape, { first: number }, null>({
    query: (p, { columns }) =>
      sql.join([sql`select ${p('first', 'int')}`, ...Array.from({ length: columns }, () => sql`1`)], sql`, `),
    decode: () => null,
    lane: ({ columns }) => (columns > 1 ? 'long' : 'quick'),
    isPrepared: ({ columns }) => columns !== 2,
  });

test('each shape has one statement, with its own lane', () => {
  const statementOf = numbers();
  expect(statementOf({ columns: 1 })).toMatchObject({
    text: 'select $1::int, 1',
    lane: 'quick',
    isPrepared: true,
  });
  expect(statementOf({ columns: 2 })).toMatchObject({ lane: 'long', isPrepared: false });
  expect(statementOf({ columns: 1 })).toBe(statementOf({ columns: 1 }));
  expect(statementOf({ columns: 1 }).values({ first: 7 })).toEqual([7]);
});

test('a shape beyond the limit is neither kept nor prepared', () => {
  const statementOf = numbers();
  for (let columns = 10; columns < 10 + maxShapes; columns += 1)
    expect(statementOf({ columns }).isPrepared).toBe(true);
  expect(statementOf({ columns: 3 })).toMatchObject({ text: 'select $1::int, 1, 1, 1', isPrepared: false });
  expect(statementOf({ columns: 3 })).not.toBe(statementOf({ columns: 3 }));
  expect(statementOf({ columns: 10 }).isPrepared).toBe(true);
});
