import type { payments } from '../schema.ts';

/** A payment as users see it. `amountMinor` is in minor units of `currency`. */
export type Payment = Omit<typeof payments.$inferSelect, 'createdBy' | 'apiKeyId' | 'searchText'>;

/** A payment as JSON, in events and remembered answers. Times are ISO 8601 in UTC with milliseconds. */
export type PaymentJson = Omit<Payment, 'createdAt' | 'updatedAt'> & { createdAt: string; updatedAt: string };

export function paymentFromJson(json: PaymentJson): Payment {
  return { ...json, createdAt: new Date(json.createdAt), updatedAt: new Date(json.updatedAt) };
}
