import { expect, test } from 'vitest';
import { newPasswordIssue, usernamePattern } from './users.ts';

test('a new password has at least 8 characters and at most 72 bytes', () => {
  expect(newPasswordIssue('12345678')).toBeNull();
  expect(newPasswordIssue('👍'.repeat(7))).toBe('must have at least 8 characters');
  expect(newPasswordIssue('x'.repeat(72))).toBeNull();
  expect(newPasswordIssue('é'.repeat(37))).toBe('must have at most 72 bytes');
  expect(newPasswordIssue('1234567\ud800')).toBe('must not contain broken Unicode');
});

test('a user name may be an e-mail address, also with a plus', () => {
  for (const name of ['ann', 'ann+pay@example.com', 'a.b_c-d']) expect(usernamePattern.test(name)).toBe(true);
  for (const name of ['an', 'ann pay', 'änn', 'a'.repeat(51)]) expect(usernamePattern.test(name)).toBe(false);
});
