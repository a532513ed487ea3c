import { expect, test } from 'vitest';
import { queueBehindTheLog } from '../../testing/queue-behind-the-log.ts';
import { createTestDatabase } from '../../testing/test-database.ts';
import { accessEvents, activeAdmins, addUser, liveSessions, signIn } from '../../testing/test-users.ts';
import { noCaller } from '../audit-log/audit-caller.ts';
import { openDatabase } from '../connection/open-database.ts';
import { deleteOrDeactivateUser } from './delete-or-deactivate-user.ts';
import { updatePassword } from './update-password.ts';
import { updateUserRow } from './update-user-row.ts';

test('one active admin stays when all are demoted, deactivated and deleted at once from several processes', async () => {
  await using test = await createTestDatabase({ maxConnections: 20 });
  const { db } = test;
  const elsewhere = openDatabase({ url: test.url, maxConnections: 20 });
  const actorId = await addUser(db);
  const admins = await Promise.all(Array.from({ length: 12 }, () => addUser(db, 'admin')));
  const outcomes = await queueBehindTheLog(
    db,
    admins.map((id, n) => async () => {
      const via = n % 2 === 0 ? db : elsewhere;
      if (n % 3 === 0) return await deleteOrDeactivateUser(via, { id, actorId, ...noCaller });
      const role = n % 3 === 1 ? 'viewer' : null;
      const active = n % 3 === 1 ? null : false;
      return (await updateUserRow(via, { id, actorId, role, active, ...noCaller }))?.outcome ?? null;
    }),
  );
  expect(outcomes.filter((outcome) => outcome === 'last-admin')).toHaveLength(1);
  expect(await activeAdmins(db)).toBe(1);
  await elsewhere.close();
});

test('a user who signs in while the password is reset, or the user deactivated, is signed out', async () => {
  await using test = await createTestDatabase({ maxConnections: 20 });
  const { db } = test;
  const actorId = await addUser(db, 'admin');
  const endings = [
    (id: string) => updatePassword(db, { id, actorId, passwordHash: 'new', ...noCaller }),
    (id: string) => updateUserRow(db, { id, actorId, role: null, active: false, ...noCaller }),
    (id: string) => deleteOrDeactivateUser(db, { id, actorId, ...noCaller }),
  ];
  for (const end of endings) {
    const id = await addUser(db);
    const [session] = await queueBehindTheLog<unknown>(db, [() => signIn(db, id), () => end(id)]);
    expect(session).toEqual(expect.any(String));
    expect(await liveSessions(db, id)).toEqual([]);
    // In the other order the sign-in is refused: the password was changed after it was checked, or the user is inactive.
    const other = await addUser(db);
    const [, late] = await queueBehindTheLog<unknown>(db, [() => end(other), () => signIn(db, other)]);
    expect(late).toBeNull();
  }
});

test('many simultaneous changes of one user are all made', async () => {
  await using test = await createTestDatabase({ maxConnections: 20 });
  const { db } = test;
  const actorId = await addUser(db, 'admin');
  const id = await addUser(db);
  const outcomes = await queueBehindTheLog(
    db,
    Array.from(
      { length: 8 },
      (_, n) => () => updatePassword(db, { id, actorId, passwordHash: `hash ${n}`, ...noCaller }),
    ),
  );
  expect(outcomes).toEqual(Array(8).fill(true));
  expect(await accessEvents(db)).toHaveLength(8);
});
