import type { Queries } from '../connection/drizzle-queries.ts';
import { and, eq, isNull } from '../drizzle.ts';
import { idempotencyKeys } from '../schema.ts';

/** The answer to the first write with this key, and the hash of its input. Null when the key is unused. */
export async function selectIdempotentResponse(
  orm: Queries,
  {
    userId,
    apiKeyId,
    procedure,
    key,
  }: { userId: string; apiKeyId: string | null; procedure: string; key: string },
): Promise<{ requestHash: Buffer; response: unknown } | null> {
  const [row] = await orm
    .select({ requestHash: idempotencyKeys.requestHash, response: idempotencyKeys.response })
    .from(idempotencyKeys)
    .where(
      and(
        eq(idempotencyKeys.userId, userId),
        apiKeyId === null ? isNull(idempotencyKeys.apiKeyId) : eq(idempotencyKeys.apiKeyId, apiKeyId),
        eq(idempotencyKeys.procedure, procedure),
        eq(idempotencyKeys.key, key),
      ),
    );
  return row ?? null;
}
