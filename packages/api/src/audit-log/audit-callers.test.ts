import { auditLog } from '@paydeck/db/schema';
import { asc } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { knownPassword, reasonOf, startTestApi } from '../../testing/test-api.ts';
import { testCaller } from '../../testing/test-caller.ts';

test('the audit row of every command has the address and the user agent of its caller', async () => {
  await using api = await startTestApi();
  const { call, user, refreshToken } = await api.signIn({ role: 'admin' });
  const newUser = { username: 'new-user', password: 'another horse', role: 'viewer' } as const;

  const { id } = await call.users.create(newUser);
  await call.users.update({ id, role: 'admin' });
  await call.users.resetPassword({ id, password: 'a third horse' });
  await call.users.delete({ id });
  await call.users.changePassword({ currentPassword: knownPassword, newPassword: 'a fourth horse' });
  const key = await call.apiKeys.create({ name: 'till', role: 'admin' });
  await call.apiKeys.revoke({ id: key.id });
  const payment = await call.payments.create({
    amountMinor: 1250,
    currency: 'USD',
    method: 'credit_card',
    status: 'pending',
    receiver: 'Jane Smith',
  });
  await call.payments.update({ id: payment.id, status: 'success' });
  const other = await api.as(null).auth.login({ username: user.username, password: 'a fourth horse' });
  await api.as(other.accessToken).auth.logout();
  await api.as(null).auth.refresh({ refreshToken });
  expect(await reasonOf(call.auth.me())).toBeUndefined();

  const { action, actorId, address, userAgent } = auditLog;
  const rows = await api.db.orm
    .select({ action, actorId, address, userAgent })
    .from(auditLog)
    .orderBy(asc(auditLog.id));
  // The test itself created its user.
  const [{ action: first } = { action: null }, ...byCaller] = rows;
  expect(first).toBe('user.create');
  expect(byCaller).toEqual(
    [
      'user.login',
      'user.create',
      'user.update',
      'user.reset_password',
      'user.delete',
      'user.change_password',
      'api_key.create',
      'api_key.revoke',
      'payment.update',
      'user.login',
      'user.logout',
    ].map((done) => ({ action: done, actorId: user.id, ...testCaller })),
  );
});
