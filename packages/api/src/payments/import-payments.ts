import { insertMissingPayments } from '@paydeck/db/payments';
import type { z } from 'zod';
import { authorOf } from '../auth/actor.ts';
import type { SignedInContext } from '../context.ts';
import { newPayment, refuseBadMoney } from './create-payments.ts';
import type { importedPayments, importPaymentsInput } from './schema.ts';

/**
 * Records up to 1,000 payments under their own ids; those whose ids are there already are skipped, so it may be repeated
 * for ever. Reason: `invalid_input`, with an issue per bad row, and then none is recorded.
 */
export async function importPayments(
  ctx: SignedInContext,
  input: z.output<typeof importPaymentsInput>,
): Promise<z.output<typeof importedPayments>> {
  const payments = input.payments.map((row) => ({
    ...newPayment(ctx, row),
    // As PostgreSQL writes it.
    id: row.id.toLowerCase(),
    updatedAt: row.updatedAt ?? null,
  }));
  refuseBadMoney(payments, (n) => `payments.${n}.`);
  const { actorId: userId, apiKeyId } = authorOf(ctx.actor);
  const written = await insertMissingPayments(ctx.db, { userId, apiKeyId, payments });
  if (written.size > 0) ctx.liveLog.wake();
  // Of a repeated id the first one was written.
  const unseen = new Set(written);
  const skipped = payments.flatMap(({ id }) => (unseen.delete(id) ? [] : [id]));
  return { created: written.size, skipped };
}
