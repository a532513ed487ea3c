import { randomUUID } from 'node:crypto';
import { selectUsers } from '@paydeck/db/users';
import { expect, test } from 'vitest';
import { type Caller, knownPassword, reasonOf, refusalOf, startTestApi } from '../../testing/test-api.ts';

const calls: Record<string, (call: Caller) => Promise<unknown>> = {
  list: (call) => call.users.list(),
  create: (call) => call.users.create({ username: 'someone', password: 'a long password' }),
  update: (call) => call.users.update({ id: randomUUID(), active: false }),
  resetPassword: (call) => call.users.resetPassword({ id: randomUUID(), password: 'a long password' }),
  delete: (call) => call.users.delete({ id: randomUUID() }),
  onActivity: (call) => call.users.onActivity(),
};

test('only admins manage users', async () => {
  await using api = await startTestApi();
  const viewer = await api.signIn();
  for (const [name, run] of Object.entries(calls)) {
    expect(await reasonOf(run(api.as(null))), name).toBe('not_signed_in');
    expect(await reasonOf(run(viewer.call)), name).toBe('forbidden');
  }
  const change = { currentPassword: knownPassword, newPassword: 'another password' };
  expect(await reasonOf(api.as(null).users.changePassword(change))).toBe('not_signed_in');
});

test('a created user can sign in; user names are case-insensitive', async () => {
  await using api = await startTestApi();
  const admin = await api.signIn({ role: 'admin' });
  const created = await admin.call.users.create({ username: 'New.User', password: 'a long password' });
  expect(created).toEqual({
    id: expect.any(String),
    username: 'New.User',
    role: 'viewer',
    active: true,
    hasSecondFactor: false,
    createdAt: expect.any(Date),
    updatedAt: created.createdAt,
  });
  const again = admin.call.users.create({ username: 'new.user', password: 'a long password', role: 'admin' });
  expect(await reasonOf(again)).toBe('username_taken');
  await expect(again).rejects.toThrow('The user name new.user is taken. Choose another.');
  expect((await admin.call.users.list()).map(({ username }) => username)).toEqual([
    admin.user.username,
    'New.User',
  ]);
  const signedIn = await api.as(null).auth.login({ username: 'new.user', password: 'a long password' });
  expect(signedIn.user).toEqual({ id: created.id, username: 'New.User', role: 'viewer' });

  // The user has signed in, so the records keep the name.
  expect(await admin.call.users.delete({ id: created.id })).toEqual({ outcome: 'deactivated' });
  await expect(
    admin.call.users.create({ username: 'new.USER', password: 'a long password' }),
  ).rejects.toThrow(
    'The user name New.User belongs to a deactivated user. Activate that user again, or choose another name.',
  );
});

test('bad input is refused with a message that says what is allowed', async () => {
  await using api = await startTestApi();
  const { call, user } = await api.signIn({ role: 'admin' });
  const bad: [() => Promise<unknown>, RegExp][] = [
    [
      () => call.users.create({ username: 'ab', password: 'a long password' }),
      /username must be 3 to 50 letters/,
    ],
    [() => call.users.create({ username: 'a b c', password: 'a long password' }), /username must be/],
    [() => call.users.create({ username: 'x'.repeat(51), password: 'a long password' }), /username must be/],
    [
      () => call.users.create({ username: 'jane', password: 'short' }),
      /password must have at least 8 characters/,
    ],
    [
      () => call.users.create({ username: 'jane', password: 'é'.repeat(37) }),
      /password must have at most 72 bytes/,
    ],
    [
      () => call.users.create({ username: 'jane', password: '\ud800 password' }),
      /password must not contain broken/,
    ],
    [() => call.users.resetPassword({ id: user.id, password: 'x'.repeat(73) }), /password must have at most/],
    [
      () => call.users.resetPassword({ id: user.id, password: 'a new password' }),
      /id must not be your own: change your own password with users.changePassword/,
    ],
    [() => call.users.update({ id: user.id }), /The input must have a role, active, or both/],
    [() => call.users.update({ id: 'me', active: true }), /id must be a UUID/],
  ];
  for (const [run, message] of bad) {
    const refusal = await refusalOf(run());
    expect(refusal?.reason).toBe('invalid_input');
    expect(refusal?.message).toMatch(message);
  }
});

test('a change of role, a deactivation and a deletion take effect at once', async () => {
  await using api = await startTestApi();
  const admin = await api.signIn({ role: 'admin' });
  const other = await api.signIn({ role: 'admin' });
  const { id } = other.user;
  await other.call.users.list();

  expect(await admin.call.users.update({ id, role: 'viewer' })).toMatchObject({ id, role: 'viewer' });
  expect(await reasonOf(other.call.users.list())).toBe('forbidden');
  expect((await other.call.auth.me()).role).toBe('viewer');

  expect(await admin.call.users.update({ id, active: false })).toMatchObject({ active: false });
  expect(await reasonOf(other.call.auth.me())).toBe('session_ended');
  const { refreshToken } = other;
  expect(await reasonOf(api.as(null).auth.refresh({ refreshToken }))).toBe('session_ended');
  await admin.call.users.update({ id, active: true });
  expect(await reasonOf(other.call.auth.me())).toBe('session_ended');

  expect(await admin.call.users.delete({ id })).toEqual({ outcome: 'deactivated' });
  const fresh = await api.addUser();
  expect(await admin.call.users.delete({ id: fresh.id })).toEqual({ outcome: 'erased' });
  expect(await reasonOf(admin.call.users.delete({ id: fresh.id }))).toBe('user_not_found');
  expect(await reasonOf(admin.call.users.update({ id: fresh.id, active: true }))).toBe('user_not_found');
  expect(await reasonOf(admin.call.users.resetPassword({ id: fresh.id, password: 'a long password' }))).toBe(
    'user_not_found',
  );
});

test('when the last two admins remove each other at once, one of them remains', async () => {
  await using api = await startTestApi();
  const first = await api.signIn({ role: 'admin' });
  const second = await api.signIn({ role: 'admin' });
  const reasons = await Promise.all([
    reasonOf(first.call.users.update({ id: second.user.id, role: 'viewer' })),
    reasonOf(second.call.users.delete({ id: first.user.id })),
  ]);
  expect(reasons).toContain(undefined);
  const users = await selectUsers(api.db.orm);
  expect(users.filter(({ role, active }) => role === 'admin' && active)).toHaveLength(1);
});

test('a reset password replaces the old one and ends every session', async () => {
  await using api = await startTestApi();
  const admin = await api.signIn({ role: 'admin' });
  const { call, user } = await api.signIn();
  await call.auth.me();
  await admin.call.users.resetPassword({ id: user.id, password: 'a new password' });
  expect(await reasonOf(call.auth.me())).toBe('session_ended');
  const login = (password: string) =>
    reasonOf(api.as(null).auth.login({ username: user.username, password }));
  expect(await login(knownPassword)).toBe('invalid_credentials');
  expect(await login('a new password')).toBeUndefined();
});

test('changePassword keeps the caller’s session and ends the user’s other sessions', async () => {
  await using api = await startTestApi();
  const { call, user } = await api.signIn();
  const { username } = user;
  const other = await api.as(null).auth.login({ username, password: knownPassword });
  const change = (currentPassword: string) =>
    reasonOf(call.users.changePassword({ currentPassword, newPassword: 'a new password' }));

  expect(await change('not the password')).toBe('invalid_credentials');
  expect(await reasonOf(api.as(other.accessToken).auth.me())).toBeUndefined();
  expect(await change(knownPassword)).toBeUndefined();
  expect(await reasonOf(call.auth.me())).toBeUndefined();
  expect(await reasonOf(api.as(other.accessToken).auth.me())).toBe('session_ended');
  expect(await reasonOf(api.as(null).auth.login({ username, password: 'a new password' }))).toBeUndefined();
});

test('onActivity reports sign-ins and sign-outs, and resumes after the last event', async () => {
  await using api = await startTestApi();
  const admin = await api.signIn({ role: 'admin' });
  // Begins at a known position: without one, the subscription may begin with an event from just before.
  const { asOf } = await admin.call.payments.list();
  const stream = await admin.call.users.onActivity({ lastEventId: asOf });
  const steps = stream[Symbol.asyncIterator]();
  const next = async () => (await steps.next()).value;

  const pending = next();
  const { call, user } = await api.signIn();
  await call.auth.logout();
  const [loginId, login] = (await pending) ?? [];
  expect(login).toEqual({
    type: 'user_activity',
    username: user.username,
    action: 'login',
    timestamp: expect.any(Date),
  });
  expect((await next())?.[1]).toMatchObject({ username: user.username, action: 'logout' });
  await steps.return?.();

  const resumed = (await admin.call.users.onActivity({ lastEventId: loginId }))[Symbol.asyncIterator]();
  expect((await resumed.next()).value?.[1]).toMatchObject({ username: user.username, action: 'logout' });
  await resumed.return?.();
  const lost = (await admin.call.users.onActivity({ lastEventId: '999999' }))[Symbol.asyncIterator]();
  expect((await lost.next()).value?.[1]).toEqual({ type: 'reset' });
  await lost.return?.();
});

test('onActivity reports changes of users, and who made them', async () => {
  await using api = await startTestApi();
  const admin = await api.signIn({ role: 'admin' });
  const { asOf } = await admin.call.payments.list();
  const steps = (await admin.call.users.onActivity({ lastEventId: asOf, changes: true }))[
    Symbol.asyncIterator
  ]();

  const { id } = await admin.call.users.create({ username: 'jane', password: 'a long password' });
  await admin.call.users.update({ id, role: 'admin' });
  await admin.call.users.resetPassword({ id, password: 'another password' });
  await admin.call.passwordLinks.create({ userId: id });
  await admin.call.passwordLinks.revoke({ userId: id });
  await api.as(null).auth.login({ username: 'jane', password: 'another password' });
  await admin.call.users.delete({ id });
  const by = admin.user.username;
  for (const action of [
    'user.create',
    'user.update',
    'user.reset_password',
    'user.create_password_link',
    'user.revoke_password_link',
    'login',
    'user.delete',
  ]) {
    const type = action === 'login' ? 'user_activity' : 'user_changed';
    const author = action === 'login' ? {} : { by };
    expect((await steps.next()).value?.[1]).toEqual({
      type,
      action,
      username: 'jane',
      ...author,
      timestamp: expect.any(Date),
    });
  }
  await steps.return?.();
});

test('passwords that attackers try early, blanks and the own name are refused for every user', async () => {
  await using api = await startTestApi();
  const { call, user } = await api.signIn({ role: 'admin' });
  const other = await api.addUser({ username: 'weak.victim' });
  for (const password of ['password123', 'Summer2024!', ' '.repeat(8), 'weak.victim']) {
    const refusals = await Promise.all([
      refusalOf(call.users.create({ username: 'weak.victim', password })),
      refusalOf(call.users.resetPassword({ id: other.id, password })),
    ]);
    for (const refusal of refusals) {
      expect(refusal?.issues).toEqual([{ path: 'password', message: expect.stringMatching(/^must not /) }]);
    }
  }
  const own = call.users.changePassword({ currentPassword: knownPassword, newPassword: user.username });
  expect((await refusalOf(own))?.message).toBe('newPassword must not be the user name.');
});
