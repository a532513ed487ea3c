import { noCaller } from '@paydeck/db/audit-log';
import type { Database } from '@paydeck/db/connection';
import { hasUsers, insertUser } from '@paydeck/db/users';
import type { Passwords } from '../auth/passwords.ts';

/** The same on every server: of two servers that start at once, the second one finds the id taken. */
const firstAdminId = '00000000-0000-7000-8000-000000000001';

/** Creates an admin if there are no users. Rejects with `invalid_input` for a password over 72 bytes. */
export async function ensureFirstAdmin(
  { db, passwords }: { db: Database; passwords: Passwords },
  { username, password }: { username: string; password: string },
): Promise<'created' | 'exists'> {
  if (await hasUsers(db.orm)) return 'exists';
  const passwordHash = await passwords.hash(password);
  const admin = await insertUser(db, {
    id: firstAdminId,
    username,
    passwordHash,
    role: 'admin',
    actorId: null,
    ...noCaller,
  });
  return admin === null ? 'exists' : 'created';
}
