import { insertApiKey, markApiKeyRevoked, selectApiKeys } from '@paydeck/db/api-keys';
import { v7 as uuidv7 } from 'uuid';
import type { z } from 'zod';
import { apiKeyHint, generateApiKey } from '../auth/api-key-format.ts';
import type { SignedInContext } from '../context.ts';
import { AppError } from '../errors.ts';
import type { apiKeyList, createApiKeyInput, createdApiKey } from './schema.ts';

/** Creates an API key for the caller. Only this answer has the key itself. Reason: `session_ended`. */
export async function createApiKey(
  ctx: SignedInContext,
  { name, role, expiresAt = null }: z.output<typeof createApiKeyInput>,
): Promise<z.output<typeof createdApiKey>> {
  const id = uuidv7();
  const { key, hash, ending } = generateApiKey();
  const created = await insertApiKey(ctx.db, {
    id,
    name,
    hash,
    ending,
    role,
    expiresAt: expiresAt?.toISOString() ?? null,
    actorId: ctx.actor.userId,
  });
  // The caller was deactivated during the call.
  if (created === null) throw new AppError('session_ended', 'Your session has ended. Sign in again.');
  return { id, name, role, key, expiresAt, createdAt: created.createdAt };
}

/** The API keys of all users, newest first, including expired and revoked ones. */
export async function listApiKeys(ctx: SignedInContext): Promise<z.output<typeof apiKeyList>> {
  const keys = await selectApiKeys(ctx.db.orm);
  return keys.map(({ ending, ...key }) => ({ ...key, hint: apiKeyHint(ending) }));
}

/** Revokes an API key at once. Revoking it again changes nothing. Reason: `api_key_not_found`. */
export async function revokeApiKey(ctx: SignedInContext, { id }: { id: string }): Promise<void> {
  const owner = await markApiKeyRevoked(ctx.db, { id, actorId: ctx.actor.userId });
  if (owner === null) throw new AppError('api_key_not_found', 'There is no API key with this id.');
  ctx.sessionCache.forget({ userId: owner.userId, sessionId: id });
  ctx.liveLog.wake();
}
