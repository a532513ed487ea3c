import { expect, test } from 'vitest';
import { createTestDatabase } from '../../testing/test-database.ts';
import { addUser } from '../../testing/test-users.ts';
import type { Database } from '../connection/open-database.ts';
import { openDatabase } from '../connection/open-database.ts';
import { guessLimits, signInPlaces } from '../schema.ts';
import type { GuessRule } from './guess-rule.ts';
import { pruneGuessLimits } from './prune-guess-limits.ts';
import { returnGuess } from './return-guess.ts';
import { isSignInPlace, rememberSignInPlace } from './sign-in-places.ts';
import { peekGuess, takeGuess } from './take-guess.ts';

const rule = (key: string, burst = 3, everySeconds = 60): GuessRule => ({ key, burst, everySeconds });

/** How many of the guesses were free. */
async function takeTimes(db: Database, rules: GuessRule[], times: number): Promise<number> {
  let taken = 0;
  for (let n = 0; n < times; n += 1)
    if ((await takeGuess(db, { rules })).every((wait) => wait === 0)) taken += 1;
  return taken;
}

const forgetSeconds = (db: Database, seconds: number) =>
  db.orm.execute(`update guess_limits set empty_at = empty_at - interval '${seconds} seconds'`);

test('a burst of guesses is free, then one in each period', async () => {
  await using test = await createTestDatabase();
  const { db } = test;
  const rules = [rule('a', 3, 600)];
  expect(await peekGuess(db, { rules })).toEqual([0]);
  expect(await takeTimes(db, rules, 5)).toBe(3);
  const [wait] = await takeGuess(db, { rules });
  expect(wait).toBeGreaterThan(300);
  expect(wait).toBeLessThanOrEqual(600);
  expect(await peekGuess(db, { rules })).toEqual([expect.any(Number)]);

  await forgetSeconds(db, 600);
  expect(await takeTimes(db, rules, 3)).toBe(1);
  await forgetSeconds(db, 86_400);
  expect(await takeTimes(db, rules, 5)).toBe(3);
});

test('a guess is taken of every rule or of none, and each rule says how long to wait', async () => {
  await using test = await createTestDatabase();
  const { db } = test;
  const [few, many] = [rule('few', 2, 600), rule('many', 10, 600)];
  expect(await takeTimes(db, [few, many], 5)).toBe(2);
  const waits = await takeGuess(db, { rules: [many, few] });
  expect(waits).toEqual([0, expect.any(Number)]);
  expect(await takeTimes(db, [many], 20)).toBe(8);
});

test('processes that guess at the same time get no more than one process does', async () => {
  await using test = await createTestDatabase();
  const other = openDatabase({ url: test.url });
  const rules = [rule('a', 10, 600), rule('b', 100, 600)];
  // The row must be there: two first guesses at once may both find it missing.
  await takeGuess(test.db, { rules });
  const waits = await Promise.all(
    Array.from({ length: 40 }, (_, n) =>
      // Both orders, which must not wait for each other.
      takeGuess(n % 2 === 0 ? test.db : other, { rules: n % 3 === 0 ? rules : rules.toReversed() }),
    ),
  );
  expect(waits.filter((each) => each.every((wait) => wait === 0))).toHaveLength(9);
  await other.close();
});

test('right guesses are given back or clear the count', async () => {
  await using test = await createTestDatabase();
  const { db } = test;
  const [own, shared] = [rule('own', 3, 600), rule('shared', 5, 600)];
  expect(await takeTimes(db, [own, shared], 3)).toBe(3);
  await returnGuess(db, { cleared: [own], returned: [shared] });
  expect(await takeTimes(db, [own], 9)).toBe(3);
  expect(await takeTimes(db, [shared], 9)).toBe(3);
  await returnGuess(db, { cleared: [rule('never taken')], returned: [rule('never taken either')] });
});

test('keys are stored as hashes, and pruned once their guesses are forgotten', async () => {
  await using test = await createTestDatabase();
  const { db } = test;
  await takeGuess(db, { rules: [rule('typed by mistake: pa55word')] });
  await pruneGuessLimits(db.orm);
  const [row] = await db.orm.select().from(guessLimits);
  expect(row?.key).toMatch(/^[\w-]{43}$/);
  await forgetSeconds(db, 3_600);
  await pruneGuessLimits(db.orm);
  expect(await db.orm.$count(guessLimits)).toBe(0);
});

test('a place is known to its user for 90 days after the last sign-in', async () => {
  await using test = await createTestDatabase();
  const { db } = test;
  const [jane, john] = [await addUser(db), await addUser(db)];
  const isKnown = (userId: string, network: string) => isSignInPlace(db, { userId, network });
  await rememberSignInPlace(db, { userId: jane, network: '203.0.113.9' });
  expect(await Promise.all([isKnown(jane, '203.0.113.9'), isKnown(jane, '203.0.113.8')])).toEqual([
    true,
    false,
  ]);
  expect(await isKnown(john, '203.0.113.9')).toBe(false);

  await rememberSignInPlace(db, { userId: john, network: '203.0.113.9' });
  await db.orm.execute(`update sign_in_places set last_used_at = now() - interval '91 days'`);
  await rememberSignInPlace(db, { userId: jane, network: '203.0.113.9' });
  await pruneGuessLimits(db.orm);
  expect(await db.orm.select({ userId: signInPlaces.userId }).from(signInPlaces)).toEqual([{ userId: jane }]);
});
