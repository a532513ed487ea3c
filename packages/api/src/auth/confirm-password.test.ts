import { randomUUID } from 'node:crypto';
import { auditLog } from '@paydeck/db/schema';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type Caller,
  knownPassword,
  reasonOf,
  refusalOf,
  startTestApi,
  type TestApi,
} from '../../testing/test-api.ts';

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

/** Moves sign-ins and confirmed passwords of a user into the past. */
async function age(userId: string, seconds: number): Promise<void> {
  const client = api.db.dedicatedClient();
  await client`
    update sessions
    set created_at = created_at - ${seconds} * interval '1 second',
        password_confirmed_at = password_confirmed_at - ${seconds} * interval '1 second'
    where user_id = ${userId}`;
  await client.end();
}

const sensitive: Record<string, (call: Caller) => Promise<unknown>> = {
  'users.create': (call) =>
    call.users.create({ username: `user-${randomUUID().slice(0, 8)}`, password: 'a long password' }),
  'users.update': (call) => call.users.update({ id: randomUUID(), active: false }),
  'users.resetPassword': (call) =>
    call.users.resetPassword({ id: randomUUID(), password: 'a long password' }),
  'users.delete': (call) => call.users.delete({ id: randomUUID() }),
  'apiKeys.create': (call) => call.apiKeys.create({ name: 'script', role: 'admin' }),
  'apiKeys.revoke': (call) => call.apiKeys.revoke({ id: randomUUID() }),
};

test('what gives and takes access needs a sign-in or a confirmed password from the last 5 minutes', async () => {
  const { call, user, accessToken } = await api.signIn({ role: 'admin' });
  const peer = api.as(accessToken, await api.startPeer());
  const reasons = async (by: Caller) => {
    const found: Record<string, string | undefined> = {};
    for (const [name, run] of Object.entries(sensitive)) found[name] = await reasonOf(run(by));
    return found;
  };
  const allowed = {
    'users.create': undefined,
    'users.update': 'user_not_found',
    'users.resetPassword': 'user_not_found',
    'users.delete': 'user_not_found',
    'apiKeys.create': undefined,
    'apiKeys.revoke': 'api_key_not_found',
  };
  expect(await reasons(call)).toEqual(allowed);

  await age(user.id, 301);
  const refused = Object.fromEntries(Object.keys(allowed).map((name) => [name, 'confirm_password']));
  expect(await reasons(call)).toEqual(refused);
  expect(await reasons(peer)).toEqual(refused);
  expect(await reasonOf(call.users.list())).toBeUndefined();
  expect(await reasonOf(call.apiKeys.list())).toBeUndefined();

  expect(await call.auth.confirmPassword({ password: knownPassword })).toBeUndefined();
  expect(await reasons(call)).toEqual(allowed);
  expect(await reasons(peer)).toEqual(allowed);
  const audit = await api.db.orm.select().from(auditLog);
  const confirmed = audit.filter(({ action }) => action === 'session.confirm_password');
  expect(confirmed).toMatchObject([{ actorId: user.id, subjectId: user.id }]);

  await age(user.id, 301);
  expect(await reasons(call)).toEqual(refused);
});

test('a wrong password confirms nothing, and another session is not confirmed', async () => {
  const { call, user } = await api.signIn({ role: 'admin' });
  const other = await api.as(null).auth.login({ username: user.username, password: knownPassword });
  await age(user.id, 301);
  const refusal = await refusalOf(call.auth.confirmPassword({ password: 'not the password' }));
  expect(refusal).toMatchObject({ reason: 'invalid_credentials', message: 'The password is wrong.' });
  const revoke = (by: Caller) => reasonOf(by.apiKeys.revoke({ id: randomUUID() }));
  expect(await revoke(call)).toBe('confirm_password');

  await call.auth.confirmPassword({ password: knownPassword });
  expect(await revoke(call)).toBe('api_key_not_found');
  expect(await revoke(api.as(other.accessToken))).toBe('confirm_password');
  // A refresh is not a sign-in.
  const refreshed = await api.as(null).auth.refresh({ refreshToken: other.refreshToken });
  expect(await revoke(api.as(refreshed.accessToken))).toBe('confirm_password');
});

test('an API key confirms no password, and lesser roles learn nothing', async () => {
  const admin = await api.signIn({ role: 'admin' });
  const { key } = await admin.call.apiKeys.create({ name: 'script', role: 'admin' });
  expect(await reasonOf(api.as(key).auth.confirmPassword({ password: knownPassword }))).toBe('forbidden');
  expect(await reasonOf(api.as(null).auth.confirmPassword({ password: knownPassword }))).toBe(
    'not_signed_in',
  );
  const viewer = await api.signIn();
  await age(viewer.user.id, 301);
  expect(await reasonOf(viewer.call.users.delete({ id: randomUUID() }))).toBe('forbidden');
  expect(await reasonOf(viewer.call.auth.confirmPassword({ password: knownPassword }))).toBeUndefined();
});

test('nobody sets their own password without the current one', async () => {
  const { call, user } = await api.signIn({ role: 'admin' });
  const reset = call.users.resetPassword({ id: user.id, password: 'taken over' });
  expect(await refusalOf(reset)).toMatchObject({
    reason: 'invalid_input',
    message: 'id must not be your own: change your own password with users.changePassword.',
  });
  expect(await reasonOf(call.auth.me())).toBeUndefined();
});
