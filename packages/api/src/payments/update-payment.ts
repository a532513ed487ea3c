import { type Database, violatedConstraint } from '@paydeck/db/connection';
import {
  type Payment,
  type PaymentJson,
  paymentFromJson,
  selectPayment,
  updatePaymentRow,
} from '@paydeck/db/payments';
import type { z } from 'zod';
import { authorOf } from '../auth/actor.ts';
import { AppError } from '../errors.ts';
import type { LiveLog } from '../live/live-log.ts';
import { idempotencyClaim, type RepeatableCall, replayedAnswer } from './idempotency.ts';
import type { updatePaymentInput } from './schema.ts';

/**
 * Settles a pending payment as success or failed, or changes the description of any payment.
 * Reasons: `payment_not_found`, `payment_already_settled`, `idempotency_key_reused`.
 */
export async function updatePayment(
  ctx: RepeatableCall & { db: Database; liveLog: LiveLog },
  input: z.output<typeof updatePaymentInput>,
): Promise<Payment> {
  const idempotency = idempotencyClaim(ctx, 'payments.update', input);
  const updated = await updatePaymentRow(ctx.db, {
    id: input.id,
    ...authorOf(ctx.actor),
    status: input.status ?? null,
    failureCode: input.failureCode ?? null,
    failureMessage: input.failureMessage || null,
    description: input.description === '' ? null : input.description,
    idempotency,
  }).catch((error: unknown) => {
    // Another call with the same key committed while this one waited for the lock.
    if (violatedConstraint(error)?.startsWith('idempotency_keys_')) return null;
    throw error;
  });
  if (updated !== null) {
    ctx.liveLog.wake();
    return updated;
  }
  const answer = idempotency && (await replayedAnswer(ctx, idempotency));
  if (answer !== null) return paymentFromJson(asUpdatedPayment(answer));

  const payment = await selectPayment(ctx.db, input.id);
  if (payment === null) throw new AppError('payment_not_found', 'There is no payment with this id.');
  throw new AppError(
    'payment_already_settled',
    `Only a pending payment can change its status. This one is ${payment.status}.`,
  );
}

/** The statement that updates a payment stored it, in this shape. */
function asUpdatedPayment(response: unknown): PaymentJson {
  return response as PaymentJson;
}
