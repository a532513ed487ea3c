import { type AmountLimits, maxAmountMajor, maxAmountMinor } from '@paydeck/contract/amount-limits';
import { currencyIssue } from '@paydeck/contract/money';
import type { Database } from '@paydeck/db/connection';
import { type NewPayment, type Payment, type PaymentJson, paymentFromJson } from '@paydeck/db/payments';
import { v7 as uuidv7 } from 'uuid';
import type { z } from 'zod';
import { authorOf } from '../auth/actor.ts';
import { type InputIssue, invalidInput } from '../errors.ts';
import type { ApiSettings } from '../settings.ts';
import { idempotencyClaim, type RepeatableCall, replayedAnswer } from './idempotency.ts';
import type { PaymentWriter } from './payment-writer.ts';
import type { createPaymentInput, createPaymentsInput, importPaymentInput } from './schema.ts';

type CreateContext = RepeatableCall & { db: Database; settings: ApiSettings; paymentWriter: PaymentWriter };

/** Creates one payment. Reasons: `invalid_input`, `idempotency_key_reused`, `too_many_requests`. */
export async function createPayment(
  ctx: CreateContext,
  input: z.output<typeof createPaymentInput>,
): Promise<Payment> {
  const payment = newPayment(ctx, input);
  refuseInvalidMoney([payment], ctx.settings.amountLimits);
  const [created] = await writePayments(ctx, 'payments.create', [payment], input);
  if (created === undefined) throw new Error('The writer returned no payment for a request with one.');
  return created;
}

/**
 * Creates up to 1,000 payments, all or none. Their `createdAt` may be in the past.
 * Reasons: `invalid_input` with the issues of every bad row, `idempotency_key_reused`, `too_many_requests`.
 */
export async function createManyPayments(
  ctx: CreateContext,
  input: z.output<typeof createPaymentsInput>,
): Promise<{ count: number; payments: Payment[] }> {
  const rows = input.payments.map((row) => newPayment(ctx, row));
  refuseInvalidMoney(rows, ctx.settings.amountLimits, (n) => `payments.${n}.`);
  const payments = await writePayments(ctx, 'payments.createMany', rows, input);
  return { count: payments.length, payments };
}

/** The payment of an input, with a new id and the defaults filled in. */
export function newPayment(
  { settings }: { settings: ApiSettings },
  input: z.output<typeof importPaymentInput>,
): NewPayment {
  return {
    id: uuidv7(),
    amountMinor: input.amountMinor,
    currency: input.currency ?? settings.defaultCurrency,
    method: input.method,
    status: input.status,
    receiver: input.receiver,
    description: input.description || null,
    failureCode: input.failureCode ?? null,
    failureMessage: input.failureMessage || null,
    createdAt: input.createdAt ?? null,
  };
}

/**
 * Throws `invalid_input` when an amount exceeds the maximum of its currency, or when a currency was withdrawn before the
 * payment was created. `pathOf` gives the path of the row with an index.
 */
export function refuseInvalidMoney(
  rows: readonly NewPayment[],
  limits: AmountLimits,
  pathOf: (row: number) => string = () => '',
): void {
  const now = new Date();
  const issues = rows.flatMap(({ amountMinor, currency, createdAt }, n): InputIssue[] => {
    const issue = currencyIssue(currency, createdAt ?? now);
    if (issue !== null) return [{ path: `${pathOf(n)}currency`, message: issue }];
    if (amountMinor <= maxAmountMinor(currency, limits)) return [];
    const maximum = maxAmountMajor(currency, limits).toLocaleString('en');
    return [{ path: `${pathOf(n)}amountMinor`, message: `must not exceed ${maximum} ${currency}` }];
  });
  if (issues.length > 0) throw invalidInput(issues);
}

async function writePayments(
  ctx: CreateContext,
  procedure: string,
  payments: readonly NewPayment[],
  input: { idempotencyKey?: string | undefined },
): Promise<Payment[]> {
  const idempotency = idempotencyClaim(ctx, procedure, input);
  const { actorId: userId, apiKeyId } = authorOf(ctx.actor);
  const result = await ctx.paymentWriter.create({ userId, apiKeyId, idempotency, payments });
  if (result.outcome === 'created') return result.payments;
  const answer = idempotency && (await replayedAnswer(ctx, idempotency));
  // The key reached its maximum age and was deleted between the two statements, so it can be used again.
  if (answer === null) return writePayments(ctx, procedure, payments, input);
  return asCreatedPayments(answer).map(paymentFromJson);
}

/** The statement that creates payments stored it, in this shape. */
function asCreatedPayments(response: unknown): PaymentJson[] {
  return response as PaymentJson[];
}
