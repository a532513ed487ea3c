import { auditLog, passwordLinks } from '@paydeck/db/schema';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { knownPassword, reasonOf, refusalOf, startTestApi, type TestApi } from '../../testing/test-api.ts';

let api: TestApi;
let admin: Awaited<ReturnType<TestApi['signIn']>>;

beforeAll(async () => {
  api = await startTestApi();
  admin = await api.signIn({ role: 'admin' });
});
afterAll(() => api[Symbol.asyncDispose]());

const password = 'a password of my own';
const login = (username: string, password: string) =>
  reasonOf(api.as(null).auth.login({ username, password }));
const create = async (userId: string) => admin.call.passwordLinks.create({ userId });

test('a user without a password sets the first one with a link, once, and signs in', async () => {
  const { id, username } = await admin.call.users.create({ username: 'first.password' });
  expect(await login(username, '')).toBe('invalid_input');
  expect(await login(username, 'any password')).toBe('invalid_credentials');

  const link = await create(id);
  expect(link).toEqual({
    userId: id,
    username,
    token: expect.stringMatching(/^[\w-]{43}$/),
    expiresAt: expect.any(Date),
  });
  const { token, expiresAt } = link;
  expect(expiresAt.getTime()).toBeGreaterThan(Date.now() + 23 * 3_600_000);
  expect(await admin.call.passwordLinks.list()).toEqual([
    { userId: id, username, createdBy: admin.user.username, createdAt: expect.any(Date), expiresAt },
  ]);
  const anonymous = api.as(null).passwordLinks;
  expect(await anonymous.check({ token })).toEqual({ username, expiresAt });
  expect(await anonymous.setPassword({ token, password })).toEqual({ username });
  expect(await login(username, password)).toBeUndefined();

  expect(await reasonOf(anonymous.setPassword({ token, password: 'another password' }))).toBe(
    'password_link_not_found',
  );
  expect(await reasonOf(anonymous.check({ token }))).toBe('password_link_not_found');
  expect(await admin.call.passwordLinks.list()).toEqual([]);
  expect(await login(username, password)).toBeUndefined();
});

test('the database does not hold the token', async () => {
  const { id } = await api.addUser();
  const { token } = await create(id);
  const rows = JSON.stringify([
    await api.db.orm.select().from(passwordLinks),
    await api.db.orm.select().from(auditLog),
  ]);
  expect(rows).not.toContain(token);
  expect(rows).not.toContain(Buffer.from(token, 'base64url').toString('hex'));
});

test('a forgotten password: until the link is used, password and sessions stay; then all sessions end', async () => {
  const { call, user } = await api.signIn();
  const peer = await api.startPeer();
  const { token } = await create(user.id);
  expect(await reasonOf(call.auth.me())).toBeUndefined();
  expect(await login(user.username, knownPassword)).toBeUndefined();

  await api.as(null, peer).passwordLinks.setPassword({ token, password });
  await vi.waitFor(async () => expect(await reasonOf(call.auth.me())).toBe('session_ended'), 60_000);
  expect(await login(user.username, knownPassword)).toBe('invalid_credentials');
  expect(await login(user.username, password)).toBeUndefined();
});

test('of two uses at once, one sets the password', async () => {
  const { id, username } = await api.addUser();
  const { token } = await create(id);
  const passwords = ['the first password', 'the second password'];
  const reasons = await Promise.all(
    passwords.map((password) => reasonOf(api.as(null).passwordLinks.setPassword({ token, password }))),
  );
  expect(reasons.sort()).toEqual(['password_link_not_found', undefined]);
  const valid = await Promise.all(passwords.map((password) => login(username, password)));
  expect(valid.filter((reason) => reason === undefined)).toHaveLength(1);
});

test('a link ends with a new one, a revocation, a new password, a deactivation, and its time', async () => {
  const { id } = await api.addUser();
  const check = (token: string) => reasonOf(api.as(null).passwordLinks.check({ token }));
  const ends: readonly (() => Promise<unknown>)[] = [
    () => create(id),
    () => admin.call.passwordLinks.revoke({ userId: id }),
    () => admin.call.users.resetPassword({ id, password: 'a new password' }),
    () =>
      admin.call.users
        .update({ id, active: false })
        .then(() => admin.call.users.update({ id, active: true })),
    () => api.db.orm.update(passwordLinks).set({ expiresAt: new Date() }),
  ];
  for (const end of ends) {
    const { token } = await create(id);
    expect(await check(token)).toBeUndefined();
    await end();
    expect(await check(token), String(end)).toBe('password_link_not_found');
  }
  expect(await reasonOf(admin.call.passwordLinks.revoke({ userId: id }))).toBe('password_link_not_found');
  // A change of the role leaves the link as it is.
  const { token } = await create(id);
  await admin.call.users.update({ id, role: 'admin' });
  expect(await check(token)).toBeUndefined();
});

test('a link opens no session, so a second factor is still asked for, and bad passwords are refused', async () => {
  const { id, username } = await api.addUser({ username: 'weak.choice' });
  const { token } = await create(id);
  const set = (password: string) => refusalOf(api.as(null).passwordLinks.setPassword({ token, password }));
  for (const bad of ['short', 'password123', username, 'x'.repeat(73)])
    expect((await set(bad))?.issues, bad).toEqual([
      { path: 'password', message: expect.stringMatching(/^must /) },
    ]);
  // None of them used the link up.
  expect(await set(password)).toBeNull();
});

test('only admins with a confirmed password make and revoke links, for other active users', async () => {
  const { id, username } = await api.addUser();
  const viewer = await api.signIn();
  for (const run of [
    () => viewer.call.passwordLinks.list(),
    () => viewer.call.passwordLinks.create({ userId: id }),
    () => viewer.call.passwordLinks.revoke({ userId: id }),
  ])
    expect(await reasonOf(run())).toBe('forbidden');
  await expect(create(admin.user.id.toUpperCase())).rejects.toThrow(/userId must not be your own/);
  expect(await reasonOf(create('00000000-0000-4000-8000-000000000000'))).toBe('user_not_found');
  await admin.call.users.update({ id, active: false });
  await expect(create(id)).rejects.toThrow(/userId must be that of an active user: activate the user first/);
  expect(await login(username, knownPassword)).toBe('invalid_credentials');
});

test('each step is in the audit log', async () => {
  const { id } = await api.addUser();
  await create(id);
  await admin.call.passwordLinks.revoke({ userId: id });
  const { token } = await create(id);
  await api.as(null).passwordLinks.setPassword({ token, password });
  const { items } = await admin.call.audit.list({ subjectId: id });
  expect(items.map(({ action, actor }) => [action, actor?.id])).toEqual([
    ['user.use_password_link', id],
    ['user.create_password_link', admin.user.id],
    ['user.revoke_password_link', admin.user.id],
    ['user.create_password_link', admin.user.id],
    ['user.create', undefined],
  ]);
});

test('wrong links are limited by network, and right ones still work', async () => {
  const { id } = await api.addUser();
  const { token } = await create(id);
  const anonymous = api.as(null).passwordLinks;
  const wrong = () => refusalOf(anonymous.check({ token: 'x'.repeat(43) }));
  await vi.waitFor(async () => {
    expect(await wrong()).toMatchObject({
      reason: 'too_many_requests',
      retryAfterSeconds: expect.any(Number),
    });
  }, 60_000);
  expect(await reasonOf(anonymous.check({ token }))).toBeUndefined();
  expect(await reasonOf(anonymous.check({ token: 'not a token' }))).toBe('invalid_input');
  await api.services.auditTrail.flush();
  const { items } = await admin.call.audit.list({ action: ['user.password_link_limited'] });
  expect(items.length).toBeGreaterThan(0);
});
