import type { Payment } from './payment.ts';
import { paymentColumns } from './payment-columns.ts';

/** A payment as JSON, in events and remembered answers. Times are ISO 8601 in UTC with milliseconds. */
export type PaymentJson = Omit<Payment, 'createdAt' | 'updatedAt'> & { createdAt: string; updatedAt: string };

/** Null for each field that may be null. */
const noValues = Object.fromEntries(
  Object.entries(paymentColumns).flatMap(([name, column]) => (column.notNull ? [] : [[name, null]])),
);

/** JSON that was written before a column was added lacks its field, which is null, as in the rows of that time. */
export function paymentFromJson(json: PaymentJson): Payment {
  return { ...noValues, ...json, createdAt: new Date(json.createdAt), updatedAt: new Date(json.updatedAt) };
}
