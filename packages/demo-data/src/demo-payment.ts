export type PaymentMethod = 'credit_card' | 'bank_transfer' | 'digital_wallet';
export type PaymentStatus = 'pending' | 'success' | 'failed';

/** One row of the input of `payments.createMany`; without `createdAt` one of `payments.create`. */
export type DemoPayment = {
  amountMinor: number;
  currency: string;
  method: PaymentMethod;
  status: PaymentStatus;
  receiver: string;
  description?: string;
  failureCode?: string;
  failureMessage?: string;
  /** ISO 8601, UTC. */
  createdAt?: string;
};
