import type { Queries } from '../connection/open-database.ts';
import { and, eq } from '../drizzle.ts';
import { idempotencyKeys } from '../schema.ts';

/** What a write with this key answered before, and the hash of what it was asked; null when the key is unused. */
export async function findIdempotentResponse(
  orm: Queries,
  { userId, procedure, key }: { userId: string; procedure: string; key: string },
): Promise<{ requestHash: Buffer; response: unknown } | null> {
  const [row] = await orm
    .select({ requestHash: idempotencyKeys.requestHash, response: idempotencyKeys.response })
    .from(idempotencyKeys)
    .where(
      and(
        eq(idempotencyKeys.userId, userId),
        eq(idempotencyKeys.procedure, procedure),
        eq(idempotencyKeys.key, key),
      ),
    );
  return row ?? null;
}
