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
const methods = ['credit_card', 'bank_transfer', 'digital_wallet'] as const;
const currencies = ['USD', 'EUR', 'GBP'] as const;

/** The receivers that every subject draws from. */
export const receivers: readonly string[] = firstNames.flatMap((first) =>
  lastNames.map((last) => `${first} ${last}`),
);

export type SamplePayment = {
  amountMinor: number;
  currency: (typeof currencies)[number];
  method: (typeof methods)[number];
  status: 'success' | 'failed';
  receiver: string;
  description: string;
  failureCode: string | null;
};

/** One in ten failed; nine rollup rows, and some, are moved. What differs is spread by the number, not by chance. */
export function samplePayment(n: number): SamplePayment {
  const isFailed = n % 10 === 9;
  return {
    amountMinor: 100 + ((n * 7_919) % 100_000),
    currency: currencies[n % 3] ?? 'USD',
    method: methods[Math.floor(n / 3) % 3] ?? 'credit_card',
    status: isFailed ? 'failed' : 'success',
    receiver: receivers[(n * 31) % receivers.length] ?? 'Jane Smith',
    description: `Invoice 2026-${String(n).padStart(6, '0')}`,
    failureCode: isFailed ? 'card_declined' : null,
  };
}
