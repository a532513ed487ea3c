import { insertApiKey, markApiKeyRevoked, selectApiKeys } from '@paydeck/db/api-keys';
import type { Database } from '@paydeck/db/connection';
import { v7 as uuidv7 } from 'uuid';
import type { z } from 'zod';
import type { Actor } from '../auth/actor.ts';
import { apiKeyHint, generateApiKey } from '../auth/api-key-format.ts';
import { auditCaller, type Caller } from '../auth/caller.ts';
import type { SessionCache } from '../auth/session-cache.ts';
import { AppError } from '../errors.ts';
import type { LiveLog } from '../live/live-log.ts';
import type { apiKeyList, createApiKeyInput, createdApiKey } from './schema.ts';

/** Creates an API key for the caller. Only this answer has the key itself. Reason: `session_ended`. */
export async function createApiKey(
  { db, actor, caller }: { db: Database; actor: Actor; caller: Caller },
  { name, role, expiresAt = null }: z.output<typeof createApiKeyInput>,
): Promise<z.output<typeof createdApiKey>> {
  const id = uuidv7();
  const { key, hash, ending } = generateApiKey();
  const created = await insertApiKey(db, {
    id,
    name,
    hash,
    ending,
    role,
    expiresAt: expiresAt?.toISOString() ?? null,
    actorId: actor.userId,
    ...auditCaller({ caller }),
  });
  // The caller was deactivated during the call.
  if (created === null) throw new AppError('session_ended', 'Your session has ended. Sign in again.');
  return { id, name, role, key, expiresAt, createdAt: created.createdAt };
}

/** The API keys of all users, newest first, including expired and revoked ones. */
export async function listApiKeys({ db }: { db: Database }): Promise<z.output<typeof apiKeyList>> {
  const keys = await selectApiKeys(db.orm);
  return keys.map(({ ending, ...key }) => ({ ...key, hint: apiKeyHint(ending) }));
}

/** Revokes an API key at once. Revoking it again changes nothing. Reason: `api_key_not_found`. */
export async function revokeApiKey(
  {
    db,
    actor,
    caller,
    sessionCache,
    liveLog,
  }: { db: Database; actor: Actor; caller: Caller; sessionCache: SessionCache; liveLog: LiveLog },
  { id }: { id: string },
): Promise<void> {
  const owner = await markApiKeyRevoked(db, { id, actorId: actor.userId, ...auditCaller({ caller }) });
  if (owner === null) throw new AppError('api_key_not_found', 'There is no API key with this id.');
  sessionCache.forget({ userId: owner.userId, sessionId: id });
  liveLog.wake();
}
