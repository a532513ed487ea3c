import { createHash } from 'node:crypto';
import { idempotencyKeyPattern, idempotencyKeyRule } from '@paydeck/contract/idempotency-key';
import { selectIdempotentResponse } from '@paydeck/db/payments';
import { authorOf } from '../auth/actor.ts';
import type { SignedInContext } from '../context.ts';
import { AppError } from '../errors.ts';

export type IdempotencyClaim = { procedure: string; key: string; requestHash: Buffer };

/**
 * The claim of a write on its idempotency key, or null when it carries none. Keys are scoped to the user or API key,
 * and to the procedure, and kept for at least 24 hours (after draft-ietf-httpapi-idempotency-key-header).
 */
export function idempotencyClaim(
  ctx: SignedInContext,
  procedure: string,
  { idempotencyKey, ...request }: { idempotencyKey?: string | undefined },
): IdempotencyClaim | null {
  const given = idempotencyKey ?? ctx.idempotencyKey;
  if (given === null) return null;
  // The draft's structured field is quoted; the bare form names the same key.
  const key = given.replace(/^"(.*)"$/, '$1');
  if (!idempotencyKeyPattern.test(key)) {
    throw new AppError('invalid_input', `The idempotency key ${idempotencyKeyRule}.`);
  }
  return { procedure, key, requestHash: createHash('sha256').update(canonicalJson(request)).digest() };
}

/**
 * The answer that the first write with this key gave, told to `onReplay`; null when the key is unused. Rejects with
 * `idempotency_key_reused` when that write was asked for something else.
 */
export async function replayedAnswer(ctx: SignedInContext, claim: IdempotencyClaim): Promise<unknown | null> {
  const { actorId: userId, apiKeyId } = authorOf(ctx.actor);
  const first = await selectIdempotentResponse(ctx.db.orm, { userId, apiKeyId, ...claim });
  if (first === null) return null;
  if (!first.requestHash.equals(claim.requestHash)) {
    throw new AppError(
      'idempotency_key_reused',
      'This idempotency key was used for a different request. Use a new key for a new request.',
    );
  }
  ctx.onReplay?.();
  return first.response;
}

/** JSON with sorted keys: the same input in another key order is the same request. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
