import { randomUUID } from 'node:crypto';
import { auditLog } from '@paydeck/db/schema';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { knownPassword, reasonOf, startTestApi, type TestApi } from '../../testing/test-api.ts';
import { testCaller } from '../../testing/test-caller.ts';

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

/** Signs a user in, and a second time from another device. */
async function signInTwice() {
  const { call, user } = await api.signIn();
  const { accessToken } = await api.as(null).auth.login({ username: user.username, password: knownPassword });
  return { user, call, accessToken, other: api.as(accessToken) };
}

test('a user sees their open sessions: since when, where, and which one is the current one', async () => {
  const { user, call, other } = await signInTwice();
  const sessions = await call.sessions.list();
  expect(sessions).toEqual([
    {
      id: expect.any(String),
      userId: user.id,
      createdAt: expect.any(Date),
      lastUsedAt: expect.any(Date),
      expiresAt: expect.any(Date),
      ...testCaller,
      current: false,
    },
    expect.objectContaining({ current: true }),
  ]);
  for (const { createdAt, lastUsedAt, expiresAt } of sessions) {
    expect(lastUsedAt).toEqual(createdAt);
    expect(expiresAt.getTime() - createdAt.getTime()).toBe(30 * 86_400_000);
  }
  expect((await other.sessions.list()).map(({ current }) => current)).toEqual([true, false]);
  await call.auth.logout();
  expect(await other.sessions.list()).toMatchObject([{ current: true }]);
});

test('a refresh moves a session to the front of the list', async () => {
  const first = await api.signIn();
  const { username } = first.user;
  const second = await api.as(null).auth.login({ username, password: knownPassword });
  await api.as(null).auth.refresh({ refreshToken: first.refreshToken });
  const sessions = await first.call.sessions.list();
  expect(sessions.map(({ current }) => current)).toEqual([true, false]);
  expect(sessions[0]?.lastUsedAt.getTime()).toBeGreaterThan(sessions[0]?.createdAt.getTime() ?? 0);
  expect(await api.as(second.accessToken).sessions.list()).toMatchObject([{}, { current: true }]);
});

test('a user ends one of their sessions at once, in every process', async () => {
  const { user, call, accessToken, other } = await signInTwice();
  const peer = await api.startPeer();
  const changes: unknown[] = [];
  peer.sessionCache.onAccessChanged((change) => changes.push(change));
  const elsewhere = api.as(accessToken, peer);
  await elsewhere.auth.me();

  const ended = (await call.sessions.list()).find(({ current }) => !current);
  const id = ended?.id ?? '';
  expect(await call.sessions.end({ id })).toBeUndefined();
  expect(await reasonOf(other.auth.me())).toBe('session_ended');
  expect(await reasonOf(call.sessions.end({ id }))).toBe('session_not_found');
  expect(await reasonOf(call.sessions.end({ id: randomUUID() }))).toBe('session_not_found');
  await expect
    .poll(() => changes, { interval: 5, timeout: 20_000 })
    .toContainEqual({ userId: user.id, sessionId: id });
  expect(await reasonOf(elsewhere.auth.me())).toBe('session_ended');
  const audit = await api.db.orm.select().from(auditLog);
  expect(audit.at(-1)).toMatchObject({
    action: 'session.end',
    actorId: user.id,
    subjectId: user.id,
    details: { sessionId: id },
  });
});

test('signing out everywhere keeps the session that makes the call, unless keepCurrent is false', async () => {
  const { user, call, other } = await signInTwice();
  const stranger = await api.signIn();
  expect(await call.sessions.endAll()).toEqual({ ended: 1 });
  expect(await reasonOf(other.auth.me())).toBe('session_ended');
  expect(await call.sessions.list()).toMatchObject([{ current: true }]);
  expect(await call.sessions.endAll()).toEqual({ ended: 0 });

  await api.as(null).auth.login({ username: user.username, password: knownPassword });
  expect(await call.sessions.endAll({ keepCurrent: false })).toEqual({ ended: 2 });
  expect(await reasonOf(call.auth.me())).toBe('session_ended');
  expect(await reasonOf(stranger.call.auth.me())).toBeUndefined();
});

test('an admin sees and ends the sessions of every user; a viewer only their own', async () => {
  const { user, call, other } = await signInTwice();
  const admin = await api.signIn({ role: 'admin' });
  const viewer = await api.signIn();
  const userId = user.id;
  const sessions = await admin.call.sessions.list({ userId });
  expect(sessions.map(({ current }) => current)).toEqual([false, false]);

  const id = sessions[0]?.id ?? '';
  expect(await reasonOf(viewer.call.sessions.list({ userId }))).toBe('forbidden');
  expect(await reasonOf(viewer.call.sessions.endAll({ userId }))).toBe('forbidden');
  expect(await reasonOf(viewer.call.sessions.end({ id }))).toBe('session_not_found');
  expect(await reasonOf(call.auth.me())).toBeUndefined();

  expect(await admin.call.sessions.end({ id })).toBeUndefined();
  expect(await reasonOf(other.auth.me())).toBe('session_ended');
  expect(await admin.call.sessions.endAll({ userId })).toEqual({ ended: 1 });
  expect(await reasonOf(call.auth.me())).toBe('session_ended');
  expect(await admin.call.sessions.list({ userId })).toEqual([]);
  expect(await reasonOf(admin.call.auth.me())).toBeUndefined();
  expect(await admin.call.sessions.endAll({ userId: randomUUID() })).toEqual({ ended: 0 });
});
