import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import { beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../testing/test-database.ts';
import { addUser } from '../../testing/test-users.ts';
import type { Database } from '../connection/open-database.ts';
import { refreshTokens, sessions } from '../schema.ts';
import { insertSession } from './insert-session.ts';
import { rotateRefreshToken } from './rotate-refresh-token.ts';
import { selectLiveSession } from './select-session.ts';

let db: Database;

beforeAll(async () => {
  const test = await createTestDatabase();
  db = test.db;
  return () => test[Symbol.asyncDispose]();
});

const hour = 3600;
const maxLifetimeSeconds = 24 * hour;

async function signIn(): Promise<{ sessionId: string; hash: Buffer }> {
  const userId = await addUser(db);
  const sessionId = randomUUID();
  const hash = randomBytes(32);
  await insertSession(db, {
    sessionId,
    userId,
    passwordHash: 'hash',
    refreshTokenHash: hash,
    lifetimeSeconds: hour,
    hasPassedSecondFactor: false,
    callerAddress: '192.0.2.1',
    callerUserAgent: null,
  });
  return { sessionId, hash };
}

/** Any function that always gives the same successor. */
const successorOf = (hash: Buffer) => createHash('sha256').update(hash).digest();

const rotate = (hash: Buffer, attempt: string | null = null) =>
  rotateRefreshToken(db, {
    hash,
    newHash: successorOf(hash),
    attempt,
    lifetimeSeconds: hour,
    maxLifetimeSeconds,
    callerAddress: '192.0.2.7',
    callerUserAgent: 'a browser',
  });

const outcomeOf = async (hash: Buffer, attempt?: string) => (await rotate(hash, attempt))?.outcome;

const sessionOf = async (sessionId: string) => {
  const [session] = await db.orm.select().from(sessions).where(eq(sessions.id, sessionId));
  if (session === undefined) throw new Error('The session is missing.');
  return session;
};

const tokensOf = (sessionId: string) =>
  db.orm.select().from(refreshTokens).where(eq(refreshTokens.sessionId, sessionId));

/** Moves all times of a session into the past, except its end. */
async function age(sessionId: string, seconds: number): Promise<void> {
  const earlier = (column: unknown) => sql`${column} - ${seconds}::int * interval '1 second'`;
  await db.orm
    .update(sessions)
    .set({
      createdAt: earlier(sessions.createdAt),
      refreshesCountedTo: earlier(sessions.refreshesCountedTo),
    })
    .where(eq(sessions.id, sessionId));
  await db.orm
    .update(refreshTokens)
    .set({ issuedAt: earlier(refreshTokens.issuedAt), replacedAt: earlier(refreshTokens.replacedAt) })
    .where(eq(refreshTokens.sessionId, sessionId));
}

test('each use replaces the refresh token, extends the session, and records where it came from', async () => {
  const { sessionId, hash } = await signIn();
  await db.orm
    .update(sessions)
    .set({ expiresAt: sql`now() + interval '1 minute'` })
    .where(eq(sessions.id, sessionId));
  expect(await rotate(hash)).toMatchObject({ outcome: 'rotated', sessionId, user: { role: 'viewer' } });
  expect(await outcomeOf(successorOf(hash))).toBe('rotated');
  const { expiresAt, lastUsedAt, address, userAgent } = await sessionOf(sessionId);
  expect(expiresAt.getTime() - (lastUsedAt?.getTime() ?? 0)).toBe(hour * 1000);
  expect({ address, userAgent }).toEqual({ address: '192.0.2.7', userAgent: 'a browser' });
  expect(await rotate(randomBytes(32))).toBeNull();
});

test('a session ends at its absolute end, however often it is refreshed', async () => {
  const { sessionId, hash } = await signIn();
  await age(sessionId, maxLifetimeSeconds - 600);
  expect(await outcomeOf(hash)).toBe('rotated');
  const { createdAt, expiresAt } = await sessionOf(sessionId);
  expect(expiresAt.getTime() - createdAt.getTime()).toBe(maxLifetimeSeconds * 1000);

  await age(sessionId, 601);
  expect(await rotate(successorOf(hash))).toBeNull();
  expect(await selectLiveSession(db.orm, { sessionId, maxLifetimeSeconds })).toBeNull();
});

test('a token works again, however late, until its successor has been used', async () => {
  const { sessionId, hash } = await signIn();
  expect(await outcomeOf(hash)).toBe('rotated');
  await age(sessionId, 12 * hour);
  expect(await outcomeOf(hash)).toBe('rotated');
  expect(await tokensOf(sessionId)).toHaveLength(2);

  expect(await outcomeOf(successorOf(hash))).toBe('rotated');
  expect(await outcomeOf(hash)).toBe('reused');
});

test('a token that is used many times at once has one successor', async () => {
  const { sessionId, hash } = await signIn();
  const outcomes = await Promise.all(Array.from({ length: 10 }, () => outcomeOf(hash)));
  expect(outcomes).toEqual(Array(10).fill('rotated'));
  const tokens = await tokensOf(sessionId);
  expect(tokens.filter(({ replacedAt }) => replacedAt !== null)).toMatchObject([{ hash }]);
  expect(tokens.filter(({ replacedAt }) => replacedAt === null)).toMatchObject([{ hash: successorOf(hash) }]);
});

/** Refreshes a session, and then once more with the same token for each of `again`. Returns the outcomes. */
async function rounds(again: (readonly (string | undefined)[])[]): Promise<(string | undefined)[][]> {
  const outcomes: (string | undefined)[][] = [];
  let { hash } = await signIn();
  for (const attempts of again) {
    const round = [await outcomeOf(hash, 'own')];
    for (const attempt of attempts) round.push(await outcomeOf(hash, attempt));
    outcomes.push(round);
    hash = successorOf(hash);
  }
  return outcomes;
}

test('the third refresh in a row that two parties ask for shows that the token is shared', async () => {
  const rotated = ['rotated', 'rotated'];
  expect(await rounds([[undefined], [undefined], [undefined]])).toEqual([
    rotated,
    rotated,
    ['rotated', 'shared'],
  ]);
  expect(await rounds([['other'], ['another'], ['another']])).toEqual([
    rotated,
    rotated,
    ['rotated', 'shared'],
  ]);
  // Not in a row.
  expect((await rounds([['other'], ['other'], [], ['other'], ['other']])).flat()).not.toContain('shared');
  // Many times, but only two refreshes.
  expect((await rounds([Array(5).fill('other'), Array(5).fill('other'), []])).flat()).not.toContain('shared');
});

test('retries with the key of the first try are not another party', async () => {
  expect((await rounds(Array(6).fill(['own', 'own']))).flat()).not.toContain('shared');
});

test('a session that is refreshed too often must wait, and is not ended', async () => {
  let { sessionId, hash } = await signIn();
  for (let count = 0; count < 30; count++) {
    expect(await outcomeOf(hash)).toBe('rotated');
    hash = successorOf(hash);
  }
  // As if no time had passed since the first one, however slow this machine is.
  await db.orm
    .update(sessions)
    .set({ refreshesCountedTo: sql`now() + interval '5 minutes'` })
    .where(eq(sessions.id, sessionId));
  const refused = await rotate(hash);
  expect(refused).toMatchObject({ outcome: 'limited' });
  expect(refused?.waitSeconds).toBeGreaterThan(200);
  expect(refused?.waitSeconds).toBeLessThanOrEqual(242);
  expect(await tokensOf(sessionId)).toHaveLength(31);

  await age(sessionId, 300);
  expect(await outcomeOf(hash)).toBe('rotated');
});
