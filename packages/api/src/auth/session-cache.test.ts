import { noCaller } from '@paydeck/db/audit-log';
import type { Database } from '@paydeck/db/connection';
import { sessions, users } from '@paydeck/db/schema';
import { markSessionRevoked } from '@paydeck/db/sessions';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { reasonOf, startTestApi, type TestApi } from '../../testing/test-api.ts';
import type { AccessChange } from './schema.ts';
import { createSessionCache } from './session-cache.ts';

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

/** A new cache, and the number of its database reads. */
function countingCache() {
  let reads = 0;
  const access = new Proxy(api.db.access, {
    get: (target, property) => {
      if (property === 'select') reads += 1;
      return Reflect.get(target, property);
    },
  });
  const db: Database = { ...api.db, access };
  const { liveLog, refreshTokens } = api.services;
  return {
    cache: createSessionCache({ db, liveLog, refreshTokens, onError: expect.unreachable }),
    reads: () => reads,
  };
}

async function openSession() {
  const { accessToken, user } = await api.signIn({ role: 'admin' });
  const { sessionId } = await api.services.accessTokens.verify(accessToken);
  return { sessionId, userId: user.id, username: user.username };
}

test('concurrent and later checks of a session share one read', async () => {
  const { sessionId, userId, username } = await openSession();
  const { cache, reads } = countingCache();
  const checks = await Promise.all(Array.from({ length: 50 }, () => cache.check(sessionId)));
  const session = { userId, username, role: 'admin', hasSecondFactor: false, endsAt: expect.any(Date) };
  expect(checks).toEqual(Array(50).fill(session));
  await cache.check(sessionId);
  expect(reads()).toBe(1);
});

test('a change that the live log delivers takes effect at once and reaches listeners', async () => {
  const { sessionId, userId } = await openSession();
  const { cache } = countingCache();
  const changes: AccessChange[] = [];
  const detach = cache.onAccessChanged((change) => changes.push(change));
  await cache.check(sessionId);

  await markSessionRevoked(api.db, { sessionId, reason: 'logout', ...noCaller });
  api.services.liveLog.wake();
  await expect.poll(() => changes, { interval: 5, timeout: 10_000 }).toEqual([{ userId, sessionId }]);
  expect(await reasonOf(cache.check(sessionId))).toBe('session_ended');

  detach();
  const other = await openSession();
  await markSessionRevoked(api.db, { sessionId: other.sessionId, reason: 'logout', ...noCaller });
  api.services.liveLog.wake();
  const { position } = api.services.liveLog;
  await expect
    .poll(() => api.services.liveLog.position, { interval: 5, timeout: 10_000 })
    .toBeGreaterThan(position);
  expect(changes).toHaveLength(1);
});

test('the result of a read that was running during a change is not cached', async () => {
  const { sessionId, userId } = await openSession();
  const { cache, reads } = countingCache();
  const before = cache.check(sessionId);
  cache.forget({ userId, sessionId: null });
  const after = cache.check(sessionId);
  await Promise.all([before, after]);
  expect(reads()).toBe(2);
  await cache.check(sessionId);
  expect(reads()).toBe(2);
  cache.forget({ userId, sessionId: null });
  await cache.check(sessionId);
  expect(reads()).toBe(3);
});

test('a change without an event takes effect when the cache entry expires', async () => {
  const { sessionId } = await openSession();
  const { cache } = countingCache();
  await cache.check(sessionId);
  await api.db.orm.update(users).set({ role: 'viewer' });
  await expect
    .poll(async () => (await cache.check(sessionId)).role, { interval: 50, timeout: 10_000 })
    .toBe('viewer');
  await api.db.orm.update(sessions).set({ expiresAt: new Date() });
  await expect
    .poll(() => reasonOf(cache.check(sessionId)), { interval: 50, timeout: 10_000 })
    .toBe('session_ended');
});
