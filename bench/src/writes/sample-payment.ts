import { type PaymentMethod, paymentMethods, type SettledStatus } from '@paydeck/contract/payments';

const firstNames = [
  'Jane',
  'Omar',
  'Wei',
  'Lucía',
  'Anna',
  'Tariq',
  'Sofia',
  'Mateusz',
  'Priya',
  'Björn',
] as const;
const lastNames = [
  'Smith',
  'Okafor',
  'Chen',
  'García',
  'Kowalska',
  'Rahman',
  'Rossi',
  'Novák',
  'Patel',
  'Berg',
] as const;
const currencies = ['USD', 'EUR', 'GBP'] as const;

/** The receivers of all sample payments. */
export const receivers: readonly string[] = firstNames.flatMap((first) =>
  lastNames.map((last) => `${first} ${last}`),
);

export type SamplePayment = {
  amountMinor: number;
  currency: (typeof currencies)[number];
  method: PaymentMethod;
  status: SettledStatus;
  receiver: string;
  description: string;
  failureCode: string | null;
};

/** The nth sample payment. One in ten failed. Every value depends on `n` only, so all subjects write the same payments. */
export function samplePayment(n: number): SamplePayment {
  const isFailed = n % 10 === 9;
  return {
    amountMinor: 100 + ((n * 7_919) % 100_000),
    currency: currencies[n % 3] ?? 'USD',
    method: paymentMethods[Math.floor(n / 3) % paymentMethods.length] ?? 'credit_card',
    status: isFailed ? 'failed' : 'success',
    receiver: receivers[(n * 31) % receivers.length] ?? 'Jane Smith',
    description: `Invoice 2026-${String(n).padStart(6, '0')}`,
    failureCode: isFailed ? 'card_declined' : null,
  };
}
