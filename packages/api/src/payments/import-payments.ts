import { insertMissingPayments } from '@paydeck/db/payments';
import type { z } from 'zod';
import { authorOf } from '../auth/actor.ts';
import type { SignedInContext } from '../context.ts';
import { newPayment, refuseInvalidMoney } from './create-payments.ts';
import type { importedPayments, importPaymentsInput } from './schema.ts';

/**
 * Creates up to 1,000 payments with the ids that they come with, all or none. A payment whose id exists already is
 * skipped, so an import can be repeated. Reason: `invalid_input` with the issues of every bad row.
 */
export async function importPayments(
  ctx: SignedInContext,
  input: z.output<typeof importPaymentsInput>,
): Promise<z.output<typeof importedPayments>> {
  const payments = input.payments.map((row) => ({
    ...newPayment(ctx, row),
    // PostgreSQL returns ids in lower case.
    id: row.id.toLowerCase(),
    updatedAt: row.updatedAt ?? null,
  }));
  refuseInvalidMoney(payments, (n) => `payments.${n}.`);
  const { actorId: userId, apiKeyId } = authorOf(ctx.actor);
  const created = await insertMissingPayments(ctx.db, { userId, apiKeyId, payments });
  if (created.size > 0) ctx.liveLog.wake();
  // When an id occurs twice in the input, its first payment was created and its second one skipped.
  const unseen = new Set(created);
  const skipped = payments.flatMap(({ id }) => (unseen.delete(id) ? [] : [id]));
  return { created: created.size, skipped };
}
