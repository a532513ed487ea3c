import type { Database } from '@paydeck/db/connection';
import { insertMissingPayments } from '@paydeck/db/payments';
import type { z } from 'zod';
import { type Actor, authorOf } from '../auth/actor.ts';
import type { LiveLog } from '../live/live-log.ts';
import type { ApiSettings } from '../settings.ts';
import { newPayment, refuseInvalidMoney } from './create-payments.ts';
import type { importedPayments, importPaymentsInput } from './schema.ts';

/**
 * Creates up to 1,000 payments with the ids that they come with, all or none. A payment whose id exists already is
 * skipped, so an import can be repeated. Reason: `invalid_input` with the issues of every bad row.
 */
export async function importPayments(
  { db, actor, settings, liveLog }: { db: Database; actor: Actor; settings: ApiSettings; liveLog: LiveLog },
  input: z.output<typeof importPaymentsInput>,
): Promise<z.output<typeof importedPayments>> {
  const payments = input.payments.map((row) => ({
    ...newPayment({ settings }, row),
    // PostgreSQL returns ids in lower case.
    id: row.id.toLowerCase(),
    updatedAt: row.updatedAt ?? null,
  }));
  refuseInvalidMoney(payments, settings.amountLimits, (n) => `payments.${n}.`);
  const { actorId: userId, apiKeyId } = authorOf(actor);
  const created = await insertMissingPayments(db, { userId, apiKeyId, payments });
  if (created.size > 0) liveLog.wake();
  // When an id occurs twice in the input, its first payment was created and its second one skipped.
  const unseen = new Set(created);
  const skipped = payments.flatMap(({ id }) => (unseen.delete(id) ? [] : [id]));
  return { created: created.size, skipped };
}
