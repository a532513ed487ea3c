import type { Database } from '@paydeck/db/connection';
import { type Payment, type PaymentJson, paymentFromJson, selectPayment } from '@paydeck/db/payments';
import type { z } from 'zod';
import { authorOf } from '../auth/actor.ts';
import { auditCaller, type Caller } from '../auth/caller.ts';
import { AppError } from '../errors.ts';
import { idempotencyClaim, type RepeatableCall, replayedAnswer } from './idempotency.ts';
import type { PaymentWriter } from './payment-writer.ts';
import type { updatePaymentInput } from './schema.ts';

/**
 * Settles a pending payment as success or failed, or corrects the receiver or the description of any payment.
 * Reasons: `payment_not_found`, `payment_already_settled`, `idempotency_key_reused`, `too_many_requests`.
 */
export async function updatePayment(
  ctx: RepeatableCall & { caller: Caller; db: Database; paymentWriter: PaymentWriter },
  input: z.output<typeof updatePaymentInput>,
): Promise<Payment> {
  const idempotency = idempotencyClaim(ctx, 'payments.update', input);
  const updated = await ctx.paymentWriter.update({
    // PostgreSQL returns ids in lower case.
    id: input.id.toLowerCase(),
    ...authorOf(ctx.actor),
    ...auditCaller(ctx),
    status: input.status ?? null,
    failureCode: input.failureCode ?? null,
    failureMessage: input.failureMessage || null,
    receiver: input.receiver ?? null,
    description: input.description === '' ? null : input.description,
    idempotency,
  });
  if (updated !== null) return updated;
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
