import { randomUUIDv7 } from 'node:crypto';
import type { Database } from '@paydeck/db/connection';
import { insertMissingPayments } from '@paydeck/db/payments';
import { samplePayment } from '../writes/sample-payment.ts';

const batch = 5_000;
const yearMs = 365 * 24 * 60 * 60_000;

/** Imports payments that are spread evenly over the last year, in batches, oldest first. */
export async function fill(
  db: Database,
  { userId, payments, signal }: { userId: string; payments: number; signal: AbortSignal },
): Promise<void> {
  const start = Date.now() - yearMs;
  for (let first = 0; first < payments; first += batch) {
    signal.throwIfAborted();
    const numbers = Array.from({ length: Math.min(batch, payments - first) }, (_, i) => first + i);
    await insertMissingPayments(db, {
      userId,
      apiKeyId: null,
      payments: numbers.map((n) => {
        const createdAt = new Date(start + Math.floor((n / payments) * yearMs));
        return {
          ...samplePayment(n),
          id: randomUUIDv7(),
          failureMessage: null,
          createdAt,
          updatedAt: createdAt,
        };
      }),
    });
  }
}
