import { hash } from 'node:crypto';
import { idempotencyKeyPattern, idempotencyKeyRule } from '@paydeck/contract/idempotency-key';
import type { Database } from '@paydeck/db/connection';
import { selectIdempotentResponse } from '@paydeck/db/payments';
import { type Actor, authorOf } from '../auth/actor.ts';
import { AppError } from '../errors.ts';

/** A call that may be a repetition of an earlier one. */
export type RepeatableCall = {
  actor: Actor;
  /** The header `idempotency-key` of an HTTP request. */
  idempotencyKey: string | null;
  /** Called when the answer repeats that of an earlier write with the same idempotency key. */
  onReplay?: (() => void) | undefined;
};

export type IdempotencyClaim = { procedure: string; key: string; requestHash: Buffer };

/**
 * The idempotency key of a write with a hash of its input, or null for a write without a key. Keys are scoped to the user
 * or API key, and to the procedure, and kept for at least 24 hours (draft-ietf-httpapi-idempotency-key-header).
 * Throws `invalid_input`.
 */
export function idempotencyClaim(
  call: RepeatableCall,
  procedure: string,
  { idempotencyKey, ...request }: { idempotencyKey?: string | undefined },
): IdempotencyClaim | null {
  const rawKey = idempotencyKey ?? call.idempotencyKey;
  if (rawKey === null) return null;
  // The draft writes the header with quotes. With and without them it is the same key.
  const key = rawKey.replace(/^"(.*)"$/, '$1');
  if (!idempotencyKeyPattern.test(key)) {
    throw new AppError('invalid_input', `The idempotency key ${idempotencyKeyRule}.`);
  }
  return { procedure, key, requestHash: Buffer.from(hash('sha256', canonicalJson(request)), 'hex') };
}

/**
 * The answer of the first write with this key, after calling `onReplay`; null when there was none. Rejects with
 * `idempotency_key_reused` when the input of that write was different.
 */
export async function replayedAnswer(
  { db, actor, onReplay }: RepeatableCall & { db: Database },
  claim: IdempotencyClaim,
): Promise<unknown | null> {
  const { actorId: userId, apiKeyId } = authorOf(actor);
  const first = await selectIdempotentResponse(db, { userId, apiKeyId, ...claim });
  if (first === null) return null;
  if (!first.requestHash.equals(claim.requestHash)) {
    throw new AppError(
      'idempotency_key_reused',
      'This idempotency key was used for a different request. Use a new key for a new request.',
    );
  }
  onReplay?.();
  return first.response;
}

/** JSON with sorted keys, so that the order of keys makes no difference. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
