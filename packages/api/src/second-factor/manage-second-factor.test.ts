import { totpFactors } from '@paydeck/db/schema';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addAuthenticator } from '../../testing/add-authenticator.ts';
import { authenticatorOf } from '../../testing/authenticator.ts';
import { knownPassword, reasonOf, startTestApi, type TestApi } from '../../testing/test-api.ts';

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const login = (username: string, password = knownPassword) =>
  reasonOf(api.as(null).auth.login({ username, password }));

test('an authenticator counts after its first code, and then the other sessions have ended', async () => {
  const { call, user } = await api.signIn();
  const other = await api.as(null).auth.login({ username: user.username, password: knownPassword });
  const { secret, uri } = await call.secondFactor.enrolTotp({ password: knownPassword });
  expect(secret).toMatch(/^[A-Z2-7]{32}$/);
  expect(uri).toBe(
    `otpauth://totp/Paydeck:${user.username}?issuer=Paydeck&secret=${secret}&algorithm=SHA1&digits=6&period=30`,
  );
  expect(await call.secondFactor.get()).toEqual({ isRequired: false, totp: null, recoveryCodes: 0 });
  expect(await login(user.username)).toBeUndefined();

  expect(await reasonOf(call.secondFactor.confirmTotp({ code: 'abcdef' }))).toBe('second_factor_invalid');
  const { recoveryCodes } = await call.secondFactor.confirmTotp({ code: authenticatorOf(secret).code() });
  expect(new Set(recoveryCodes).size).toBe(10);
  expect(await call.secondFactor.get()).toEqual({
    isRequired: false,
    totp: { addedAt: expect.any(Date) },
    recoveryCodes: 10,
  });
  expect(await login(user.username)).toBe('second_factor_required');
  expect(await reasonOf(api.as(other.accessToken).auth.me())).toBe('session_ended');
  expect(await reasonOf(call.secondFactor.confirmTotp({ code: '123456' }))).toBe('second_factor_not_found');
});

test('the database has neither the secret nor the recovery codes in clear', async () => {
  const { call, user } = await api.signIn();
  const { secret } = await call.secondFactor.enrolTotp({ password: knownPassword });
  const { recoveryCodes } = await call.secondFactor.confirmTotp({ code: authenticatorOf(secret).code() });
  const client = api.db.dedicatedClient();
  const rows = await client.unsafe(
    `select t::text as row from totp_factors t union all select r::text from recovery_codes r`,
  );
  await client.end();
  const text = rows.map(({ row }) => String(row)).join('\n');
  expect(text).toContain(user.id);
  for (const clear of [secret, ...recoveryCodes.flatMap((code) => [code, code.replaceAll('-', '')])]) {
    expect(text).not.toContain(clear);
    expect(text).not.toContain(Buffer.from(clear).toString('hex'));
  }
});

test('every change needs the own password', async () => {
  const { call } = await api.signIn();
  await addAuthenticator(call);
  const { enrolTotp, renewRecoveryCodes, removeTotp } = call.secondFactor;
  for (const change of [enrolTotp, renewRecoveryCodes, removeTotp])
    expect(await reasonOf(change({ password: 'wrong password' }))).toBe('invalid_credentials');
});

test('another authenticator replaces the first one, and brings new recovery codes', async () => {
  const { call, user } = await api.signIn();
  const first = await addAuthenticator(call);
  const second = await addAuthenticator(call);
  expect(second.recoveryCodes).not.toEqual(first.recoveryCodes);
  const refused = await api
    .as(null)
    .auth.login({ username: user.username, password: knownPassword })
    .catch((error) => error);
  const { challenge } = refused.secondFactor;
  const verify = (code: string) => reasonOf(api.as(null).auth.verifySecondFactor({ challenge, code }));
  expect(await verify(first.authenticator.code())).toBe('second_factor_invalid');
  expect(await verify(first.recoveryCodes[0] ?? '')).toBe('second_factor_invalid');
  expect(await verify(second.authenticator.code())).toBeUndefined();
});

test('an authenticator that is confirmed twice at once is added once', async () => {
  const { call } = await api.signIn();
  const { secret } = await call.secondFactor.enrolTotp({ password: knownPassword });
  const code = authenticatorOf(secret).code();
  const outcomes = await Promise.all(
    Array.from({ length: 5 }, () => reasonOf(call.secondFactor.confirmTotp({ code }))),
  );
  expect(outcomes.filter((reason) => reason === undefined)).toHaveLength(1);
  expect(await call.secondFactor.get()).toMatchObject({ recoveryCodes: 10 });
});

test('new recovery codes replace the old ones', async () => {
  const { call } = await api.signIn();
  const without = call.secondFactor.renewRecoveryCodes({ password: knownPassword });
  expect(await reasonOf(without)).toBe('second_factor_not_found');
  const { recoveryCodes } = await addAuthenticator(call);
  const renewed = await call.secondFactor.renewRecoveryCodes({ password: knownPassword });
  expect(renewed.recoveryCodes).toHaveLength(10);
  expect(renewed.recoveryCodes).not.toEqual(recoveryCodes);
  expect(await call.secondFactor.get()).toMatchObject({ recoveryCodes: 10 });
});

test('without the authenticator the password is enough again', async () => {
  const { call, user } = await api.signIn();
  expect(await reasonOf(call.secondFactor.removeTotp({ password: knownPassword }))).toBe(
    'second_factor_not_found',
  );
  await addAuthenticator(call);
  await call.secondFactor.removeTotp({ password: knownPassword });
  expect(await call.secondFactor.get()).toEqual({ isRequired: false, totp: null, recoveryCodes: 0 });
  expect(await login(user.username)).toBeUndefined();
  expect(await api.db.orm.select().from(totpFactors).where(eq(totpFactors.userId, user.id))).toEqual([]);
});

test('an admin removes the second factor of another user, whose sessions end', async () => {
  const admin = await api.signIn({ role: 'admin' });
  const { call, user } = await api.signIn();
  await addAuthenticator(call);
  const shown = async () => (await admin.call.users.list()).find(({ id }) => id === user.id);
  expect(await shown()).toMatchObject({ hasSecondFactor: true });
  expect(await reasonOf(call.users.removeSecondFactor({ id: admin.user.id }))).toBe('forbidden');

  await admin.call.users.removeSecondFactor({ id: user.id });
  expect(await shown()).toMatchObject({ hasSecondFactor: false });
  expect(await reasonOf(call.auth.me())).toBe('session_ended');
  expect(await login(user.username)).toBeUndefined();
  const again = admin.call.users.removeSecondFactor({ id: user.id });
  expect(await reasonOf(again)).toBe('second_factor_not_found');
  const missing = admin.call.users.removeSecondFactor({ id: '00000000-0000-7000-8000-00000000dead' });
  expect(await reasonOf(missing)).toBe('user_not_found');
});

test('if admins must have a second factor, one without it may only set it up and read what viewers read', async () => {
  const strict = {
    ...api.services,
    settings: { ...api.services.settings, requireSecondFactor: 'admins' as const },
  };
  const admin = await api.signIn({ role: 'admin' });
  const key = await admin.call.apiKeys.create({ name: 'script', role: 'admin' });
  const call = api.as(admin.accessToken, strict);
  expect(await call.secondFactor.get()).toMatchObject({ isRequired: true, totp: null });
  expect(await reasonOf(call.users.list())).toBe('second_factor_missing');
  expect(await reasonOf(call.apiKeys.list())).toBe('second_factor_missing');
  expect(await reasonOf(call.payments.list())).toBeUndefined();
  expect(await reasonOf(call.sessions.list())).toBeUndefined();
  const viewer = await api.signIn();
  const others = { userId: viewer.user.id };
  expect(await reasonOf(call.sessions.list(others))).toBe('second_factor_missing');
  expect(await reasonOf(call.sessions.endAll(others))).toBe('second_factor_missing');
  const [session] = await viewer.call.sessions.list();
  expect(await reasonOf(call.sessions.end({ id: session?.id ?? '' }))).toBe('session_not_found');
  expect(await reasonOf(api.as(key.key, strict).users.list())).toBeUndefined();

  await addAuthenticator(call);
  expect(await reasonOf(call.users.list())).toBeUndefined();
  await call.secondFactor.removeTotp({ password: knownPassword });
  expect(await reasonOf(call.users.list())).toBe('second_factor_missing');

  expect(await api.as(viewer.accessToken, strict).secondFactor.get()).toMatchObject({ isRequired: false });
});

test('API keys have no second factor', async () => {
  const admin = await api.signIn({ role: 'admin' });
  const { key } = await admin.call.apiKeys.create({ name: 'script', role: 'admin' });
  expect(await reasonOf(api.as(key).secondFactor.get())).toBe('forbidden');
});
