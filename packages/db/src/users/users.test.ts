import { randomUUID } from 'node:crypto';
import type { Role } from '@paydeck/contract/users';
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { createTestDatabase } from '../../testing/test-database.ts';
import { accessEvents, addUser, liveSessions, signIn } from '../../testing/test-users.ts';
import { noCaller } from '../audit-log/audit-caller.ts';
import { auditLog, payments } from '../schema.ts';
import { deleteOrDeactivateUser } from './delete-or-deactivate-user.ts';
import { insertUser } from './insert-user.ts';
import { selectCredentials, selectUsers } from './select-users.ts';
import { updateOwnPassword, updatePassword } from './update-password.ts';
import { updateUserRow } from './update-user-row.ts';

test('usernames are unique, case-insensitively, even when they are inserted at the same time', async () => {
  await using test = await createTestDatabase();
  const create = (username: string) =>
    insertUser(test.db, {
      id: randomUUID(),
      username,
      passwordHash: 'h',
      role: 'viewer',
      actorId: null,
      ...noCaller,
    });
  const created = await Promise.all(['Jane.Doe', 'jane.doe', 'JANE.DOE', 'jane.Doe'].map(create));
  const winners = created.filter((user) => user !== null);
  expect(winners).toHaveLength(1);
  expect(await selectUsers(test.db.orm)).toEqual(winners);
  expect(await test.db.orm.select().from(auditLog)).toMatchObject([{ action: 'user.create', actorId: null }]);
  expect(await selectCredentials(test.db.orm, { username: 'jAnE.dOe' })).toEqual({
    userId: winners[0]?.id,
    passwordHash: 'h',
    active: true,
  });
});

test('a change of role or activity writes an event and an audit row, and deactivating revokes the sessions', async () => {
  await using test = await createTestDatabase();
  const { db } = test;
  const actorId = await addUser(db, 'admin');
  const id = await addUser(db);
  await signIn(db, id);
  const update = (change: { role?: Role; active?: boolean }) =>
    updateUserRow(db, { id, actorId, role: change.role ?? null, active: change.active ?? null, ...noCaller });

  expect(await update({ role: 'admin' })).toMatchObject({ outcome: 'updated', user: { id, role: 'admin' } });
  expect(await liveSessions(db, id)).toHaveLength(1);
  expect(await update({ role: 'admin', active: true })).toMatchObject({ outcome: 'updated' });
  expect(await accessEvents(db)).toEqual([{ userId: id, sessionId: null }]);

  expect(await update({ active: false })).toMatchObject({ user: { role: 'admin', active: false } });
  expect(await liveSessions(db, id)).toEqual([]);
  expect(await update({ active: true })).toMatchObject({ user: { active: true } });
  expect(await liveSessions(db, id)).toEqual([]);
  expect(await accessEvents(db)).toHaveLength(3);
  const audit = await db.orm.select().from(auditLog).where(eq(auditLog.action, 'user.update'));
  expect(audit).toHaveLength(3);
  expect(audit[0]).toMatchObject({
    actorId,
    subjectId: id,
    details: { from: { role: 'viewer', active: true }, to: { role: 'admin', active: true } },
  });
});

test('every change returns null or false for an unknown user', async () => {
  await using test = await createTestDatabase();
  const { db } = test;
  const actorId = await addUser(db, 'admin');
  const id = randomUUID();
  expect(await updateUserRow(db, { id, actorId, role: 'admin', active: null, ...noCaller })).toBeNull();
  expect(await updatePassword(db, { id, actorId, passwordHash: 'new', ...noCaller })).toBe(false);
  expect(await deleteOrDeactivateUser(db, { id, actorId, ...noCaller })).toBeNull();
  expect(await accessEvents(db)).toEqual([]);
});

test('a user without history is erased, and one with history is deactivated', async () => {
  await using test = await createTestDatabase();
  const { db } = test;
  const actorId = await addUser(db, 'admin');
  const fresh = await addUser(db);
  const signedIn = await addUser(db);
  await signIn(db, signedIn);
  const author = await addUser(db);
  const now = new Date();
  await db.orm.insert(payments).values({
    id: randomUUID(),
    amountMinor: 1,
    currency: 'USD',
    method: 'credit_card',
    status: 'success',
    receiver: 'Jane',
    createdBy: author,
    createdAt: now,
    updatedAt: now,
  });

  expect(await deleteOrDeactivateUser(db, { id: fresh, actorId, ...noCaller })).toBe('erased');
  expect(await deleteOrDeactivateUser(db, { id: fresh, actorId, ...noCaller })).toBeNull();
  expect(await deleteOrDeactivateUser(db, { id: signedIn, actorId, ...noCaller })).toBe('deactivated');
  expect(await deleteOrDeactivateUser(db, { id: author, actorId, ...noCaller })).toBe('deactivated');
  expect(await deleteOrDeactivateUser(db, { id: author, actorId, ...noCaller })).toBe('deactivated');

  expect((await selectUsers(db.orm)).map(({ id, active }) => [id, active])).toEqual([
    [actorId, true],
    [signedIn, false],
    [author, false],
  ]);
  expect(await liveSessions(db, signedIn)).toEqual([]);
  expect(await accessEvents(db)).toEqual(
    [fresh, signedIn, author].map((userId) => ({ userId, sessionId: null })),
  );
  expect(await db.orm.select().from(auditLog).where(eq(auditLog.action, 'user.delete'))).toMatchObject([
    { actorId, subjectId: fresh, details: { outcome: 'erased', username: `user-${fresh}` } },
    { actorId, subjectId: signedIn, details: { outcome: 'deactivated' } },
    { actorId, subjectId: author },
  ]);
});

test('the last active admin cannot be demoted, deactivated or deleted', async () => {
  await using test = await createTestDatabase();
  const { db } = test;
  const id = await addUser(db, 'admin');
  const other = await addUser(db, 'admin');
  const refused = { outcome: 'last-admin' };
  await updateUserRow(db, { id: other, actorId: id, role: null, active: false, ...noCaller });
  expect(await updateUserRow(db, { id, actorId: id, role: 'viewer', active: null, ...noCaller })).toEqual(
    refused,
  );
  expect(await updateUserRow(db, { id, actorId: id, role: null, active: false, ...noCaller })).toEqual(
    refused,
  );
  expect(await deleteOrDeactivateUser(db, { id, actorId: id, ...noCaller })).toBe('last-admin');
  expect(
    await updateUserRow(db, { id, actorId: id, role: 'admin', active: true, ...noCaller }),
  ).toMatchObject({
    outcome: 'updated',
  });
  // An inactive admin does not count, so demoting one is allowed.
  expect(
    await updateUserRow(db, { id: other, actorId: id, role: 'viewer', active: null, ...noCaller }),
  ).toMatchObject({
    outcome: 'updated',
  });
});

test('a user can change the own password while the checked one is current, which revokes the other sessions', async () => {
  await using test = await createTestDatabase();
  const { db } = test;
  const id = await addUser(db);
  const sessionId = (await signIn(db, id)) ?? '';
  const other = await signIn(db, id);
  const change = (currentHash: string) =>
    updateOwnPassword(db, { id, sessionId, currentHash, passwordHash: `${currentHash}'`, ...noCaller });
  expect(await change('wrong')).toBe(false);
  expect(await liveSessions(db, id)).toHaveLength(2);

  expect(await Promise.all([change('hash'), change('hash')])).toContain(true);
  expect(await liveSessions(db, id)).toEqual([sessionId]);
  expect(await accessEvents(db)).toEqual([{ userId: id, sessionId: other }]);
  expect(await selectCredentials(db.orm, { username: `user-${id}` })).toMatchObject({
    passwordHash: "hash'",
  });
  expect(
    await db.orm.select().from(auditLog).where(eq(auditLog.action, 'user.change_password')),
  ).toMatchObject([{ actorId: id, subjectId: id }]);
});
