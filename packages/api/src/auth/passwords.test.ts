import { expect, test } from 'vitest';
import { reasonOf } from '../../testing/test-api.ts';
import { AppError } from '../errors.ts';
import { createPasswords, type PasswordGuess } from './passwords.ts';

const longest = 'é'.repeat(36);

const guessOf = (
  password: string,
  hash: string | null,
  count: PasswordGuess['count'] = async () => {},
): PasswordGuess => ({ password, hash, line: { isKnown: false, name: 'a network' }, count });

test('only the right password matches a hash', async () => {
  const passwords = createPasswords();
  const hash = await passwords.hash('correct horse');
  expect(hash).toMatch(/^\$2b\$12\$/);
  expect(await passwords.guess(guessOf('correct horse', hash))).toBe(true);
  expect(await passwords.guess(guessOf('correct horse ', hash))).toBe(false);
  expect(await passwords.guess(guessOf('correct horse', null))).toBe(false);
});

test('a password over 72 bytes is refused, never truncated', async () => {
  const passwords = createPasswords();
  const hash = await passwords.hash(longest);
  expect(await passwords.guess(guessOf(longest, hash))).toBe(true);
  expect(await passwords.guess(guessOf(`${longest}x`, hash))).toBe(false);
  expect(await reasonOf(passwords.hash(`${longest}x`))).toBe('invalid_input');
});

test('a full queue refuses calls until it has room again', async () => {
  const passwords = createPasswords({ concurrency: 1, maxQueue: 2 });
  const reasons = await Promise.all(
    Array.from({ length: 5 }, (_, n) => reasonOf(passwords.hash(`password ${n}`))),
  );
  expect(reasons).toEqual([undefined, undefined, undefined, 'too_many_requests', 'too_many_requests']);
  expect(await reasonOf(passwords.hash('password'))).toBeUndefined();
});

test('an unknown user and an overlong password cost as much as any other check', async () => {
  const passwords = createPasswords({ concurrency: 1, maxQueue: 0 });
  const hash = await passwords.hash('correct horse');
  const guesses = [
    guessOf('correct horse', hash),
    guessOf('correct horse', null),
    guessOf(`${longest}x`, hash),
  ];
  for (const guess of guesses) {
    const running = passwords.guess(guess);
    // bcrypt's only slot is taken.
    expect(await reasonOf(passwords.guess(guess))).toBe('too_many_requests');
    await running;
  }
});

test('a guess is counted when it is its turn, and one that is not allowed then is not checked', async () => {
  const passwords = createPasswords({ concurrency: 1 });
  const hash = await passwords.hash('correct horse');
  let counted = 0;
  const count = async () => {
    counted += 1;
    if (counted > 2) throw new AppError('too_many_requests', 'No more.');
  };
  const first = passwords.guess(guessOf('wrong', hash, count));
  const rest = ['wrong', 'correct horse'].map((password) => passwords.guess(guessOf(password, hash, count)));
  expect(counted).toBe(1);
  expect(await first).toBe(false);
  expect(await rest[0]).toBe(false);
  expect(await reasonOf(Promise.resolve(rest[1]))).toBe('too_many_requests');
  expect(counted).toBe(3);
});
