import type { PaymentMethod, PaymentStatus } from '@paydeck/contract/payments';

/** One payment of the input of `payments.createMany`; without `createdAt` the input of `payments.create`. */
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
