import { TRPCError } from '@trpc/server';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { AppError, invalidInput, toAppError } from './errors.ts';
import { shortened } from './refusal-size.ts';
import { zodMessage } from './zod-messages.ts';

const jsonBytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

test.each(['abc', 'ä€🦊', '\u0000\u0001', '"\\', '\ud800'])(
  'a text of any characters is cut by its bytes in JSON: %j',
  (part) => {
    const long = part.repeat(1_000);
    const cut = shortened(long, 100);
    expect(jsonBytes(cut)).toBeLessThanOrEqual(100);
    expect(jsonBytes(cut)).toBeGreaterThan(85);
    expect(long.startsWith(cut.slice(0, -1))).toBe(true);
    expect(cut.endsWith('…')).toBe(true);
    expect(shortened(part, 100)).toBe(part);
  },
);

test('an invalid input names five problems and counts the others', () => {
  const issues = Array.from({ length: 1_000 }, (_, n) => ({ path: `rows.${n}`, message: 'is required' }));
  const error = invalidInput(issues);
  expect(error.issues).toEqual(issues.slice(0, 5));
  expect(error.issueCount).toBe(1_000);
  expect(error.message).toBe(
    'rows.0 is required; rows.1 is required; rows.2 is required; rows.3 is required; rows.4 is required; and 995 more problems.',
  );
  expect(invalidInput(issues.slice(0, 6)).message).toMatch(/; and 1 more problem\.$/);
  expect(invalidInput(issues.slice(0, 2)).message).toBe('rows.0 is required; rows.1 is required.');
});

const schema = z.strictObject({ name: z.string(), filter: z.strictObject({}) });
test.each([
  ['many unknown fields', Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`k${n}`, 1]))],
  ['an unknown field with a long name', { ['\u0001'.repeat(10_000)]: 1 }],
  [
    'five unknown fields of control characters',
    Object.fromEntries([1, 2, 3, 4, 5].map((n) => ['\u0002'.repeat(300) + n, n])),
  ],
  ['long names in two places', { filter: { ['🦊'.repeat(5_000)]: 1, ['é'.repeat(5_000)]: 1 } }],
])('the refusal of an input stays small: %s', (_, input) => {
  const { error } = schema.safeParse(input, { error: zodMessage });
  const refusal = toAppError(new TRPCError({ code: 'BAD_REQUEST', cause: error }));
  expect(refusal.reason).toBe('invalid_input');
  expect(refusal.issues.length).toBeGreaterThan(0);
  expect(jsonBytes(refusal.message) + jsonBytes(refusal.issues)).toBeLessThan(760);
});

test('the message of any refusal is cut', () => {
  const { message } = new AppError('not_found', `There is no route GET /${'x'.repeat(16_000)}.`);
  expect(jsonBytes(message)).toBeLessThanOrEqual(340);
});
