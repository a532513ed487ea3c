import { auditLog, events, sessions } from '@paydeck/db/schema';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { knownPassword, reasonOf, refusalOf, startTestApi, type TestApi } from '../../testing/test-api.ts';
import type { Passwords } from './passwords.ts';

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

async function runSql(text: string): Promise<void> {
  const client = api.db.dedicatedClient();
  await client.unsafe(text);
  await client.end();
}

/** A caller whose password checks are recorded. `afterGuess` runs between the check and the opening of the session. */
function observedLogin(afterGuess: () => Promise<void> = async () => {}) {
  const hashes: (string | null)[] = [];
  const passwords: Passwords = {
    ...api.services.passwords,
    guess: async (guess) => {
      hashes.push(guess.hash);
      const matches = await api.services.passwords.guess(guess);
      await afterGuess();
      return matches;
    },
  };
  return { hashes, anonymous: api.as(null, { ...api.services, passwords }) };
}

test('login returns tokens and the user; the user name is case-insensitive', async () => {
  const { id, username } = await api.addUser({ username: 'Jane.Doe', role: 'admin' });
  const signedIn = await api.as(null).auth.login({ username: ' jANE.dOE', password: knownPassword });
  expect(signedIn).toEqual({
    accessToken: expect.stringMatching(/^ey/),
    refreshToken: expect.stringMatching(/^[\w-]{43}$/),
    expiresAt: expect.any(Date),
    user: { id, username, role: 'admin' },
  });
  expect(await api.as(signedIn.accessToken).auth.me()).toEqual({
    id,
    username,
    role: 'admin',
    createdAt: expect.any(Date),
  });
});

test('a wrong password, an unknown user and an inactive user get the same answer at the same cost', async () => {
  const { username } = await api.addUser();
  const inactive = await api.addUser();
  await runSql(`update users set active = false where id = '${inactive.id}'`);
  const before = await api.db.orm.$count(sessions);
  const { hashes, anonymous } = observedLogin();
  const attempts = [
    { username, password: 'wrong password' },
    { username, password: `${knownPassword}${'x'.repeat(72)}` },
    { username: 'nobody', password: knownPassword },
    { username: "' or 1=1 --", password: knownPassword },
    { username: inactive.username, password: knownPassword },
  ];
  for (const attempt of attempts) {
    const { reason, message } = (await refusalOf(anonymous.auth.login(attempt))) ?? {};
    expect({ reason, message }).toEqual({
      reason: 'invalid_credentials',
      message: 'The user name or the password is wrong.',
    });
  }
  // A null hash is checked against the dummy hash.
  expect(hashes).toEqual([expect.any(String), expect.any(String), null, null, null]);
  expect(await api.db.orm.$count(sessions)).toBe(before);
});

test('login fails when the password changes or the user is deactivated during the check', async () => {
  for (const change of [`password_hash = 'another'`, 'active = false']) {
    const { id, username } = await api.addUser();
    const before = await api.db.orm.$count(sessions);
    const { anonymous } = observedLogin(() => runSql(`update users set ${change} where id = '${id}'`));
    const login = anonymous.auth.login({ username, password: knownPassword });
    expect(await reasonOf(login)).toBe('invalid_credentials');
    expect(await api.db.orm.$count(sessions)).toBe(before);
  }
});

test('bad input is refused before a password is checked', async () => {
  const { hashes, anonymous } = observedLogin();
  const inputs = [
    { username: '', password: 'x' },
    { username: 'jane', password: '' },
    { username: 'jane\0', password: 'x' },
    { username: 'jane', password: 'x'.repeat(1001) },
  ];
  for (const input of inputs) expect(await reasonOf(anonymous.auth.login(input))).toBe('invalid_input');
  expect(await reasonOf(anonymous.auth.refresh({ refreshToken: 'x'.repeat(201) }))).toBe('invalid_input');
  expect(hashes).toEqual([]);
});

test('after ten wrong passwords the right one is refused, too', async () => {
  const { username } = await api.addUser();
  const tryPassword = (password: string) => reasonOf(api.as(null).auth.login({ username, password }));
  for (let n = 0; n < 10; n += 1) expect(await tryPassword('wrong')).toBe('invalid_credentials');
  expect(await tryPassword(knownPassword)).toBe('too_many_requests');
});

test('refresh returns new tokens for the same session', async () => {
  const first = await api.signIn();
  const second = await api.as(null).auth.refresh({ refreshToken: first.refreshToken });
  expect(second.user).toEqual(first.user);
  expect(second.refreshToken).not.toBe(first.refreshToken);
  expect((await api.as(second.accessToken).auth.me()).id).toBe(first.user.id);
  expect(await reasonOf(api.as(null).auth.refresh({ refreshToken: second.refreshToken }))).toBeUndefined();
});

test('a refresh token gives the same successor, however often it is used, until the successor is used', async () => {
  const { refreshToken } = await api.signIn();
  const refresh = (token: string) => api.as(null).auth.refresh({ refreshToken: token });
  const [first, second] = await Promise.all([refresh(refreshToken), refresh(refreshToken)]);
  expect(second.refreshToken).toBe(first.refreshToken);
  expect(await reasonOf(api.as(first.accessToken).auth.me())).toBeUndefined();
  // Another process derives the same one.
  const peer = api.as(null, await api.startPeer());
  expect((await peer.auth.refresh({ refreshToken })).refreshToken).toBe(first.refreshToken);
  expect((await refresh(second.refreshToken)).refreshToken).not.toBe(first.refreshToken);
});

test('a reused refresh token ends its session, and no other', async () => {
  const stolen = await api.signIn();
  const sibling = await api.as(null).auth.login({ username: stolen.user.username, password: knownPassword });
  const newer = await api.as(null).auth.refresh({ refreshToken: stolen.refreshToken });
  const newest = await api.as(null).auth.refresh({ refreshToken: newer.refreshToken });

  const refresh = (refreshToken: string) => reasonOf(api.as(null).auth.refresh({ refreshToken }));
  expect(await refresh(stolen.refreshToken)).toBe('session_ended');
  expect(await reasonOf(api.as(newer.accessToken).auth.me())).toBe('session_ended');
  expect(await refresh(newest.refreshToken)).toBe('session_ended');
  expect(await refresh('never issued')).toBe('session_ended');
  expect(await refresh(sibling.refreshToken)).toBeUndefined();

  const { sessionId } = await api.services.accessTokens.verify(stolen.accessToken);
  const logged = await api.db.orm.select().from(events);
  expect(logged.filter(({ type }) => type === 'access_changed').at(-1)?.payload).toEqual({
    userId: stolen.user.id,
    sessionId,
  });
});

test('a session that two parties keep refreshing ends', async () => {
  const { accessToken, ...signedIn } = await api.signIn();
  let { refreshToken } = signedIn;
  const refresh = async () => (await api.as(null).auth.refresh({ refreshToken })).refreshToken;
  for (let round = 1; round <= 2; round += 1) {
    const owner = await refresh();
    expect(await refresh()).toBe(owner);
    refreshToken = owner;
  }
  await refresh();
  expect(await reasonOf(refresh())).toBe('session_ended');
  expect(await reasonOf(api.as(accessToken).auth.me())).toBe('session_ended');
  const audit = await api.db.orm.select().from(auditLog);
  expect(audit.at(-1)).toMatchObject({ actorId: null, action: 'session.refresh_token_shared' });
});

test('a session that is refreshed too often must wait', async () => {
  const { call, refreshToken, user } = await api.signIn();
  const counted = `refreshes_counted_to = now() + interval '5 minutes'`;
  await runSql(`update sessions set ${counted} where user_id = '${user.id}'`);
  const refusal = await refusalOf(api.as(null).auth.refresh({ refreshToken }));
  expect(refusal?.reason).toBe('too_many_requests');
  expect(refusal?.retryAfterSeconds).toBeGreaterThan(200);
  expect(await reasonOf(call.auth.me())).toBeUndefined();
});

test('a session ends 90 days after its sign-in, however lately it was refreshed', async () => {
  const { call, refreshToken, user } = await api.signIn();
  await runSql(`update sessions set created_at = now() - interval '91 days' where user_id = '${user.id}'`);
  expect(await reasonOf(call.auth.me())).toBe('session_ended');
  expect(await reasonOf(api.as(null).auth.refresh({ refreshToken }))).toBe('session_ended');
});

test('logout ends the session at once, in every process', async () => {
  const { call, accessToken, refreshToken, user } = await api.signIn();
  const peer = await api.startPeer();
  const changes: unknown[] = [];
  peer.sessionCache.onAccessChanged((change) => changes.push(change));
  const elsewhere = api.as(accessToken, peer);
  await elsewhere.auth.me();

  expect(await call.auth.logout()).toBeUndefined();
  expect(await reasonOf(call.auth.me())).toBe('session_ended');
  expect(await reasonOf(call.auth.logout())).toBe('session_ended');
  expect(await reasonOf(api.as(null).auth.refresh({ refreshToken }))).toBe('session_ended');
  await expect
    .poll(() => changes, { interval: 5 })
    .toContainEqual({
      userId: user.id,
      sessionId: expect.any(String),
    });
  expect(await reasonOf(elsewhere.auth.me())).toBe('session_ended');

  const audit = await api.db.orm.select().from(auditLog);
  expect(audit.filter(({ actorId }) => actorId === user.id).map(({ action }) => action)).toEqual([
    'user.login',
    'user.logout',
  ]);
});

test('calls without a valid token are refused', async () => {
  expect(await reasonOf(api.as(null).auth.me())).toBe('not_signed_in');
  expect(await reasonOf(api.as('nonsense').auth.me())).toBe('token_invalid');
  expect(await reasonOf(api.as(null).auth.logout())).toBe('not_signed_in');
});
