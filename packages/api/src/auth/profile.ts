import type { Database } from '@paydeck/db/connection';
import { selectUser } from '@paydeck/db/users';
import type { z } from 'zod';
import type { Actor } from './actor.ts';
import type { profile } from './schema.ts';
import { sessionEnded } from './signed-in-answer.ts';

/** The caller's account. Reason: `session_ended`, when the account was deleted during the call. */
export async function getProfile({
  db,
  actor,
}: {
  db: Database;
  actor: Actor;
}): Promise<z.output<typeof profile>> {
  const { userId, role, apiKey } = actor;
  const user = await selectUser(db.orm, { id: userId });
  if (user === null) throw sessionEnded();
  return { ...user, role, ...(apiKey !== null && { apiKey }) };
}
