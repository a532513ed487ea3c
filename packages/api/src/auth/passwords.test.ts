import { beforeEach, expect, test, vi } from 'vitest';
import { reasonOf } from '../../testing/test-api.ts';
import { createGuessLimit } from './guess-limit.ts';
import { createPasswords } from './passwords.ts';

const longest = 'é'.repeat(36);

beforeEach(() => {
  vi.useRealTimers();
});

test('only the right password matches a hash', async () => {
  const passwords = createPasswords();
  const hash = await passwords.hash('correct horse');
  expect(hash).toMatch(/^\$2b\$12\$/);
  expect(await passwords.verify('correct horse', hash)).toBe(true);
  expect(await passwords.verify('correct horse ', hash)).toBe(false);
  expect(await passwords.verify('correct horse', null)).toBe(false);
});

test('a password over 72 bytes is refused, never truncated', async () => {
  const passwords = createPasswords();
  const hash = await passwords.hash(longest);
  expect(await passwords.verify(longest, hash)).toBe(true);
  expect(await passwords.verify(`${longest}x`, hash)).toBe(false);
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
  const checks = [
    () => passwords.verify('correct horse', hash),
    () => passwords.verify('correct horse', null),
    () => passwords.verify(`${longest}x`, hash),
    () => passwords.guess({ username: 'nobody', password: 'correct horse', hash: null }),
  ];
  for (const check of checks) {
    const running = check();
    // bcrypt's only slot is taken.
    expect(await reasonOf(check())).toBe('too_many_requests');
    await running;
  }
});

test('of many wrong guesses at once, at most ten and those already running are checked', async () => {
  const passwords = createPasswords({ concurrency: 2 });
  const guess = (username: string) => passwords.guess({ username, password: 'wrong', hash: null });
  const reasons = await Promise.all(Array.from({ length: 20 }, () => reasonOf(guess('nobody'))));
  expect(reasons.filter((reason) => reason === undefined).length).toBeLessThanOrEqual(11);
  expect(await reasonOf(guess('NOBODY'))).toBe('too_many_requests');
  expect(await guess('somebody')).toBe(false);
});

test('a blocked user name is free again after 15 minutes, and the message says when', () => {
  vi.useFakeTimers({ toFake: ['Date'], now: 0 });
  const limit = createGuessLimit();
  const setMinute = (n: number) => vi.setSystemTime(n * 60_000);
  const failTimes = (times: number) => {
    for (let n = 0; n < times; n += 1) limit.fail('jane');
  };
  failTimes(9);
  setMinute(15);
  failTimes(9);
  expect(() => limit.check('jane')).not.toThrow();
  setMinute(20);
  failTimes(1);
  expect(() => limit.check('Jane')).toThrow('Try again in 15 minutes.');
  setMinute(34.5);
  expect(() => limit.check('jane')).toThrow('Try again in 1 minute.');
  setMinute(35);
  expect(() => limit.check('jane')).not.toThrow();
  failTimes(9);
  limit.succeed('JANE');
  failTimes(9);
  expect(() => limit.check('jane')).not.toThrow();
});
