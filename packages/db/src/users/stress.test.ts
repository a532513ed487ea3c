import { randomBytes, randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { createTestDatabase } from '../testing/test-database.ts';
import { openSession } from '../sessions/open-session.ts';
import { rotateRefreshToken } from '../sessions/rotate-refresh-token.ts';
import { endSession } from '../sessions/end-session.ts';
import { pruneSessions } from '../sessions/prune-sessions.ts';
import { openDatabase } from '../connection/open-database.ts';
import { addUser } from './test-users.ts';
import { deleteUser } from './delete-user.ts';
import { createUser } from './create-user.ts';
import { resetPassword, changePassword } from './set-password.ts';
import { updateUser } from './update-user.ts';

test('stress', async () => {
  await using t = await createTestDatabase({ maxConnections: 16 });
  const b = openDatabase({ url: t.url, maxConnections: 16 });
  const ids = await Promise.all(Array.from({ length: 6 }, (_, n) => addUser(t.db, n < 3 ? 'admin' : 'viewer')));
  const hashes: Buffer[] = []; const sess: string[] = [];
  const pick = <T>(a: T[]) => a[Math.floor(Math.random() * a.length)] as T;
  const errors: unknown[] = []; const done: Record<string, number> = {};
  const end = Date.now() + 15000;
  const worker = async (db: typeof b) => {
    while (Date.now() < end) {
      const id = pick(ids); const r = Math.random();
      try {
        const k = Math.floor(r * 9);
        let res: unknown;
        if (k === 0 || k === 1) { const sessionId = randomUUID(); const h = randomBytes(32);
          res = await openSession(db, { sessionId, userId: id, passwordHash: 'hash', refreshTokenHash: h, lifetimeSeconds: 3600 });
          if (res) { hashes.push(h); sess.push(sessionId); } res = res !== null; }
        else if (k === 2 || k === 3) { const newHash = randomBytes(32); const x = hashes.length ? await rotateRefreshToken(db, { hash: pick(hashes.slice(-40)), newHash, lifetimeSeconds: 3600, graceSeconds: 10 }) : null; if (x?.outcome === 'rotated') hashes.push(newHash); res = x?.outcome; }
        else if (k === 4) res = sess.length ? await endSession(db, { sessionId: pick(sess.slice(-20)), reason: 'logout' }) : 0;
        else if (k === 5) res = (await updateUser(db, { id, actorId: ids[0] as string, role: pick(['admin', 'viewer'] as const), active: Math.random() < 0.8 }))?.outcome;
        else if (k === 6) res = await resetPassword(db, { id, actorId: pick(ids), passwordHash: 'hash' });
        else if (k === 7) res = Math.random() < 0.3 ? await changePassword(db, { id, sessionId: pick(sess) ?? randomUUID(), currentHash: 'hash', passwordHash: 'hash' }) : await pruneSessions(db.orm);
        else { const n = randomUUID(); await createUser(db, { id: n, username: 'x' + n.slice(0, 20), passwordHash: 'hash', role: 'viewer', actorId: pick(ids) }); res = await deleteUser(db, { id: Math.random() < .2 ? id : n, actorId: pick(ids) }); }
        const key = `${k} ${String(res)}`; done[key] = (done[key] ?? 0) + 1;
      } catch (e) { errors.push(e); }
    }
  };
  await Promise.all(Array.from({ length: 30 }, (_, n) => worker(n % 2 ? b : t.db)));
  console.log(done, errors.length, errors.slice(0, 3));
  await b.close();
  expect(errors).toEqual([]);
}, 60000);
