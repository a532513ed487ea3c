import { expect, test } from 'vitest';
import { z } from 'zod';
import { zodMessage } from './zod-messages.ts';

const number = z.number();

test.each([
  [z.string(), undefined, 'is required'],
  [z.enum(['day', 'week']), undefined, 'is required'],
  [z.string(), 5, 'must be a string'],
  [z.int(), 1.5, 'must be a whole number'],
  [z.boolean(), 'yes', 'must be true or false'],
  [z.array(number), {}, 'must be an array'],
  [z.object({}), [], 'must be an object'],
  [z.enum(['day', 'week', 'month']), 'year', 'must be day, week, or month'],
  [number.min(1), 0, 'must be at least 1'],
  [number.max(100), 101, 'must be at most 100'],
  [number.positive(), 0, 'must be greater than 0'],
  [number.negative(), 0, 'must be less than 0'],
  [z.string().min(1), '', 'must not be empty'],
  [z.string().min(2), 'a', 'must have at least 2 characters'],
  [z.string().max(1), 'ab', 'must have at most 1 character'],
  [z.array(number).max(3), [1, 2, 3, 4], 'must have at most 3 items'],
  [z.uuid(), 'x', 'must be a UUID'],
  [z.iso.date(), '2026-02-30', 'must be an ISO 8601 date, such as 2026-01-31'],
  [z.email(), 'x', 'must be a valid email'],
  [z.strictObject({}), { a: 1 }, 'must not have the field a'],
  [z.strictObject({}), { a: 1, b: 2 }, 'must not have the field a or b'],
  [
    z.strictObject({}),
    { a: 1, b: 1, c: 1, d: 1, e: 1, f: 1, g: 1 },
    'must not have the field a, b, c, d, e, or 2 others',
  ],
  [z.union([number, z.boolean()]), 'x', 'is invalid'],
])(
  'an issue of a schema without its own message continues the name of its field: case %#',
  (schema, value, message) => {
    const { error } = schema.safeParse(value, { error: zodMessage });
    expect(error?.issues.map((issue) => issue.message)).toEqual([message]);
  },
);

test('a message of the schema itself stays', () => {
  const schema = z.int({ error: 'must be a whole number of cents' });
  expect(schema.safeParse(0.5, { error: zodMessage }).error?.issues[0]?.message).toBe(
    'must be a whole number of cents',
  );
});
