import type { Database } from '@paydeck/db/connection';
import { hasUsers, insertUser } from '@paydeck/db/users';
import type { Passwords } from '../auth/passwords.ts';

/** Every server gives the first admin this id, so that of two that start at once, one finds it taken. */
const firstAdminId = '00000000-0000-7000-8000-000000000001';

/** Creates an admin when there is no user at all. Rejects with `invalid_input` for a password over 72 bytes. */
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
  });
  return admin === null ? 'exists' : 'created';
}
