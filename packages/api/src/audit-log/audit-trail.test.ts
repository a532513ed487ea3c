import { type AuditEntry, selectAuditRows } from '@paydeck/db/audit-log';
import type { Database } from '@paydeck/db/connection';
import { createTestDatabase } from '@paydeck/db/testing';
import { expect, test } from 'vitest';
import { reasonOf, startTestApi } from '../../testing/test-api.ts';
import { testCaller } from '../../testing/test-caller.ts';
import { createAuditTrail } from './audit-trail.ts';

const rowsOf = async (db: Database, actions: string[]) =>
  (await selectAuditRows(db, { filter: { actions }, after: null, limit: 1_000 })).toReversed();

const failedLogin = (username: string): AuditEntry => ({
  callerAddress: '203.0.113.7',
  callerUserAgent: null,
  action: 'user.login_failed',
  actorId: null,
  apiKeyId: null,
  subjectId: null,
  subjectUsername: username,
  details: { username },
});

test('wrong sign-ins and calls without the right to them are in the audit log, with caller and name', async () => {
  await using api = await startTestApi();
  const viewer = await api.signIn({ role: 'viewer' });
  const { username } = viewer.user;
  expect(await reasonOf(api.as(null).auth.login({ username, password: 'wrong horse' }))).toBe(
    'invalid_credentials',
  );
  expect(await reasonOf(api.as(null).auth.login({ username: 'nobody', password: 'wrong horse' }))).toBe(
    'invalid_credentials',
  );
  expect(await reasonOf(viewer.call.users.list())).toBe('forbidden');
  const change = { currentPassword: 'wrong horse', newPassword: 'a fourth horse' };
  expect(await reasonOf(viewer.call.users.changePassword(change))).toBe('invalid_credentials');
  expect(await reasonOf(viewer.call.payments.list({ cursor: 'bad' }))).toBe('invalid_cursor');
  expect(await reasonOf(api.as('forged').users.list())).toBe('token_invalid');

  const actions = ['user.login_failed', 'call.refused', 'user.check_failed'];
  await expect.poll(async () => (await rowsOf(api.db, actions)).length, { timeout: 30_000 }).toBe(4);
  const actor = { id: viewer.user.id, username };
  expect(await rowsOf(api.db, actions)).toMatchObject([
    {
      action: 'user.login_failed',
      actor: null,
      subject: { id: viewer.user.id, name: username },
      details: { username },
      ...testCaller,
    },
    { action: 'user.login_failed', actor: null, subject: null, details: { username: 'nobody' } },
    { action: 'call.refused', actor, details: { call: 'users.list' }, ...testCaller },
    { action: 'user.check_failed', actor, details: { call: 'users.changePassword' } },
  ]);
});

test('the same refusal again and again is one row, and then one row with the repetitions', async () => {
  await using database = await createTestDatabase();
  const { db } = database;
  const trail = createAuditTrail(db, (error) => expect.unreachable(String(error)));
  for (let n = 0; n < 1_000; n++) trail.noteRefusal(failedLogin('admin'), 'anonymous');
  trail.noteRefusal(failedLogin('other'), 'anonymous');
  await trail.close();
  expect((await rowsOf(db, ['user.login_failed'])).map(({ details }) => details)).toEqual([
    { username: 'admin' },
    { username: 'other' },
    { username: 'admin', repeated: 999 },
  ]);
});

test('many different refusals fill a bounded number of rows, and the others are counted', async () => {
  await using database = await createTestDatabase();
  const { db } = database;
  const trail = createAuditTrail(db, (error) => expect.unreachable(String(error)));
  for (let n = 0; n < 5_000; n++) trail.noteRefusal(failedLogin(`name-${n}`), 'anonymous');
  // Refusals of signed-in users have their own share.
  const refused = { ...failedLogin('viewer'), action: 'call.refused' };
  trail.noteRefusal(refused, 'signed-in');
  await trail.close();
  expect(await rowsOf(db, ['user.login_failed'])).toHaveLength(100);
  expect(await rowsOf(db, ['call.refused'])).toHaveLength(1);
  expect(await rowsOf(db, ['audit.omitted'])).toMatchObject([
    { actor: null, details: { calls: { 'user.login_failed': 4_900 } } },
  ]);
});

test('a refusal that can’t be written disturbs nobody', async () => {
  await using database = await createTestDatabase();
  const { db } = database;
  const errors: unknown[] = [];
  const trail = createAuditTrail(db, (error) => errors.push(error));
  const unknownActor = '00000000-0000-0000-0000-000000000001';
  trail.noteRefusal({ ...failedLogin('admin'), actorId: unknownActor }, 'signed-in');
  await trail.flush();
  expect(errors).toHaveLength(1);
  await trail.close();
});
