import { type SQL, sql } from '../drizzle.ts';
import { isoText } from '../iso-text.ts';
import { payments } from '../schema.ts';

/** The columns of a `Payment`, for a flat select. */
export const paymentColumns = {
  id: payments.id,
  amountMinor: payments.amountMinor,
  currency: payments.currency,
  method: payments.method,
  status: payments.status,
  receiver: payments.receiver,
  description: payments.description,
  failureCode: payments.failureCode,
  failureMessage: payments.failureMessage,
  createdAt: payments.createdAt,
  updatedAt: payments.updatedAt,
};

/** A `PaymentJson` made of the columns of the row named `row`. */
export const paymentJson = (row: string): SQL =>
  sql`jsonb_build_object(${sql.raw(
    [
      ['id', 'id'],
      ['amountMinor', 'amount_minor'],
      ['currency', 'currency'],
      ['method', 'method'],
      ['status', 'status'],
      ['receiver', 'receiver'],
      ['description', 'description'],
      ['failureCode', 'failure_code'],
      ['failureMessage', 'failure_message'],
    ]
      .map(([key, column]) => `'${key}', ${row}.${column}`)
      .join(', '),
  )}, 'createdAt', ${isoText(`${row}.created_at`)}, 'updatedAt', ${isoText(`${row}.updated_at`)})`;
