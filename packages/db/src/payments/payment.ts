import type { PaymentMethod, PaymentStatus } from '@paydeck/contract/payments';

/** A payment as the product shows it. `amountMinor` is in minor units of `currency`. */
export type Payment = {
  id: string;
  amountMinor: number;
  currency: string;
  method: PaymentMethod;
  status: PaymentStatus;
  receiver: string;
  description: string | null;
  failureCode: string | null;
  failureMessage: string | null;
  createdAt: Date;
  updatedAt: Date;
};

/** A payment as JSON: in events and in remembered answers. Times are ISO 8601 in UTC with milliseconds. */
export type PaymentJson = Omit<Payment, 'createdAt' | 'updatedAt'> & { createdAt: string; updatedAt: string };

export function paymentFromJson(json: PaymentJson): Payment {
  return { ...json, createdAt: new Date(json.createdAt), updatedAt: new Date(json.updatedAt) };
}
