import { apiKeys, auditLog } from '@paydeck/db/schema';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Caller, knownPassword, reasonOf, startTestApi, type TestApi } from '../../testing/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const payment = { amountMinor: 1250, method: 'credit_card', receiver: 'Jane Smith' } as const;
const waitFor = { interval: 10, timeout: 10_000 };

/** A new admin with an API key, and a caller for each of them. */
async function adminWithKey(role: 'admin' | 'viewer' = 'admin') {
  const owner = await api.signIn({ role: 'admin' });
  const created = await owner.call.apiKeys.create({ name: 'nightly import', role });
  return { owner, created, withKey: api.as(created.key) };
}

test('a key is returned once; lists have only a hint, and the database only a hash', async () => {
  const { owner, created } = await adminWithKey('viewer');
  expect(created).toEqual({
    id: expect.any(String),
    name: 'nightly import',
    role: 'viewer',
    key: expect.stringMatching(/^pdk_[\w-]{43}$/),
    expiresAt: null,
    createdAt: expect.any(Date),
  });
  const { key, ...shown } = created;
  expect((await owner.call.apiKeys.list())[0]).toEqual({
    ...shown,
    hint: `pdk_…${key.slice(-4)}`,
    createdBy: owner.user.username,
    lastUsedAt: null,
    revokedAt: null,
  });
  const rows = await api.db.orm.select().from(apiKeys).where(eq(apiKeys.id, created.id));
  expect(JSON.stringify(rows)).not.toContain(key.slice(4, -4));
});

const forbiddenForKeys: Record<string, (call: Caller, id: string) => Promise<unknown>> = {
  'apiKeys.list': (call) => call.apiKeys.list(),
  'apiKeys.create': (call) => call.apiKeys.create({ name: 'another', role: 'admin' }),
  'apiKeys.revoke': (call, id) => call.apiKeys.revoke({ id }),
  'users.create': (call) =>
    call.users.create({ username: 'someone', password: 'a long password', role: 'admin' }),
  'users.update': (call, id) => call.users.update({ id, role: 'admin' }),
  'users.resetPassword': (call, id) => call.users.resetPassword({ id, password: 'a long password' }),
  'users.delete': (call, id) => call.users.delete({ id }),
  'users.changePassword': (call) =>
    call.users.changePassword({ currentPassword: knownPassword, newPassword: 'another password' }),
  'auth.logout': (call) => call.auth.logout(),
};

test('a key has the rights of its role, but may not manage access', async () => {
  const { owner, created, withKey } = await adminWithKey();
  const { id, username } = owner.user;
  expect(await withKey.auth.me()).toMatchObject({
    id,
    username,
    role: 'admin',
    apiKey: { id: created.id, name: 'nightly import' },
  });
  await withKey.payments.create(payment);
  expect(await withKey.users.list()).toContainEqual(expect.objectContaining({ id }));
  for (const [name, run] of Object.entries(forbiddenForKeys))
    expect(await reasonOf(run(withKey, id)), name).toBe('forbidden');

  const viewer = await adminWithKey('viewer');
  expect(await viewer.withKey.auth.me()).toMatchObject({ role: 'viewer' });
  await viewer.withKey.payments.list();
  expect(await reasonOf(viewer.withKey.payments.create(payment))).toBe('forbidden');
});

test('the audit log and the history of a payment name the key and its user', async () => {
  const { owner, created, withKey } = await adminWithKey();
  const { id } = await withKey.payments.create(payment);
  await withKey.payments.update({ id, status: 'success' });
  await owner.call.payments.update({ id, description: 'Order 7' });
  const { username } = owner.user;
  const byKey = { username, apiKeyName: 'nightly import' };
  expect((await owner.call.payments.history({ id })).map(({ by }) => by)).toEqual([
    byKey,
    byKey,
    { username, apiKeyName: null },
  ]);
  const rows = await api.db.orm
    .select({ action: auditLog.action, actorId: auditLog.actorId, apiKeyId: auditLog.apiKeyId })
    .from(auditLog)
    .where(eq(auditLog.subjectId, id))
    .orderBy(auditLog.id);
  const update = { action: 'payment.update', actorId: owner.user.id };
  expect(rows).toEqual([
    { ...update, apiKeyId: created.id },
    { ...update, apiKeyId: null },
  ]);
});

test('idempotency keys are scoped to the API key', async () => {
  const { owner, withKey } = await adminWithKey();
  const second = api.as((await owner.call.apiKeys.create({ name: 'second', role: 'admin' })).key);
  const once = { ...payment, idempotencyKey: 'order-1' };
  const byCaller = async () =>
    Promise.all([owner.call, withKey, second].map(async (call) => (await call.payments.create(once)).id));
  const first = await byCaller();
  expect(new Set(first).size).toBe(3);
  expect(await byCaller()).toEqual(first);
  const settle = (call: Caller) =>
    call.payments.update({ id: first[1] ?? '', status: 'success', idempotencyKey: 'settle-1' });
  expect(await settle(withKey)).toEqual(await settle(withKey));
  expect(await reasonOf(settle(second))).toBe('payment_already_settled');
});

test('a revoked key is refused at once, in this and in another process', async () => {
  const { owner, created, withKey } = await adminWithKey();
  const there = api.as(created.key, await api.startPeer());
  await Promise.all([withKey.auth.me(), there.auth.me()]);
  await owner.call.apiKeys.revoke({ id: created.id });
  expect(await reasonOf(withKey.auth.me())).toBe('api_key_invalid');
  await expect.poll(() => reasonOf(there.auth.me()), waitFor).toBe('api_key_invalid');

  const revokedAt = async () =>
    (await owner.call.apiKeys.list()).find(({ id }) => id === created.id)?.revokedAt;
  const first = await revokedAt();
  await owner.call.apiKeys.revoke({ id: created.id });
  expect(await revokedAt()).toEqual(first ?? expect.unreachable());
  const absent = { id: '00000000-0000-7000-8000-00000000dead' };
  expect(await reasonOf(owner.call.apiKeys.revoke(absent))).toBe('api_key_not_found');
});

test('a key expires on time, even if it was just used', async () => {
  const { owner } = await adminWithKey();
  const expiresAt = new Date(Date.now() + 1_500);
  const { key } = await owner.call.apiKeys.create({
    name: 'short',
    role: 'viewer',
    expiresAt: expiresAt.toISOString(),
  });
  const withKey = api.as(key);
  expect((await withKey.auth.me()).apiKey?.name).toBe('short');
  await expect.poll(() => reasonOf(withKey.auth.me()), waitFor).toBe('api_key_invalid');
  expect(Date.now()).toBeGreaterThanOrEqual(expiresAt.getTime());
});

test('a key never has more rights than its user, and ends when its user is deactivated', async () => {
  const admin = await api.signIn({ role: 'admin' });
  const { owner, withKey } = await adminWithKey();
  const { id } = owner.user;
  await withKey.payments.create(payment);
  await admin.call.users.update({ id, role: 'viewer' });
  expect(await withKey.auth.me()).toMatchObject({ role: 'viewer' });
  expect(await reasonOf(withKey.payments.create(payment))).toBe('forbidden');

  await admin.call.users.update({ id, active: false });
  expect(await reasonOf(withKey.auth.me())).toBe('api_key_invalid');
  await admin.call.users.update({ id, active: true });
  expect(await reasonOf(withKey.auth.me())).toBe('api_key_invalid');

  const other = await adminWithKey();
  expect(await admin.call.users.delete({ id: other.owner.user.id })).toEqual({ outcome: 'deactivated' });
  expect(await reasonOf(other.withKey.auth.me())).toBe('api_key_invalid');
});

test('keys that are created while their user is being deactivated are invalid', async () => {
  const admin = await api.signIn({ role: 'admin' });
  const { owner } = await adminWithKey();
  const { id } = owner.user;
  const creating = Array.from({ length: 20 }, (_, n) =>
    owner.call.apiKeys.create({ name: `key ${n}`, role: 'admin' }),
  );
  const [, ...results] = await Promise.allSettled([
    admin.call.users.update({ id, active: false }),
    ...creating,
  ]);
  await admin.call.users.update({ id, active: true });
  const keys = results.flatMap((result) => (result.status === 'fulfilled' ? result.value.key : []));
  for (const key of keys) expect(await reasonOf(api.as(key).auth.me())).toBe('api_key_invalid');
});

test('lastUsedAt is updated once a minute', async () => {
  const { owner, created, withKey } = await adminWithKey();
  const lastUsedAt = async () =>
    (await owner.call.apiKeys.list()).find(({ id }) => id === created.id)?.lastUsedAt?.getTime() ?? 0;
  await withKey.auth.me();
  await expect.poll(lastUsedAt, waitFor).toBeGreaterThan(created.createdAt.getTime() - 1);
  const first = await lastUsedAt();
  const peer = api.as(created.key, await api.startPeer());
  await peer.auth.me();
  expect(await lastUsedAt()).toBe(first);
  await api.db.orm
    .update(apiKeys)
    .set({ lastUsedAt: new Date(first - 61_000) })
    .where(eq(apiKeys.id, created.id));
  await api.as(created.key, await api.startPeer()).auth.me();
  await expect.poll(lastUsedAt, waitFor).toBeGreaterThan(first);
});

test('bad input and made-up keys are refused', async () => {
  const { call } = await api.signIn({ role: 'admin' });
  const wrong: object[] = [
    { name: '' },
    { name: 'x'.repeat(51) },
    { name: 'nul\u0000' },
    { role: 'owner' },
    { expiresAt: '2020-01-01' },
    { expiresAt: 'soon' },
    { surprise: true },
  ];
  for (const field of wrong)
    expect(await reasonOf(call.apiKeys.create({ name: 'key', role: 'viewer', ...field }))).toBe(
      'invalid_input',
    );
  for (const key of ['pdk_', `pdk_${'x'.repeat(43)}`, `pdk_${'x'.repeat(5_000)}`])
    expect(await reasonOf(api.as(key).auth.me())).toBe('api_key_invalid');
});
