import type { PaymentStatus } from '@paydeck/contract/payments';
import type { DemoPayment } from './demo-payment.ts';
import { generateChunks, type HistoryPlan } from './generate-history.ts';
import { Tally } from './tally.ts';

/** Records the payments of one call, once per key, and resolves with the stored payments. */
type CreateMany = (
  payments: DemoPayment[],
  idempotencyKey: string,
) => Promise<{ payments: readonly { status: PaymentStatus; currency: string; amountMinor: number }[] }>;

export type FillHistoryOptions = {
  plan: HistoryPlan;
  createMany: CreateMany;
  /** How many calls run at once. */
  clients: number;
  /** After it aborts, no new call starts, and the running calls are awaited. */
  signal: AbortSignal;
  onProgress(done: number): void;
};

/**
 * Records the history of a plan, and resolves with the counts and sums of the stored payments. After a failure no new
 * call starts, and the promise rejects when the running calls have ended. Running the same plan again completes it.
 */
export async function fillHistory({
  plan,
  createMany,
  clients,
  signal,
  onProgress,
}: FillHistoryOptions): Promise<Tally> {
  const tally = new Tally();
  const chunks = generateChunks(plan);
  const failures: unknown[] = [];

  async function sendChunks(): Promise<void> {
    while (!signal.aborted && failures.length === 0) {
      const next = chunks.next();
      if (next.done) return;
      try {
        const { payments } = await createMany(next.value.payments, next.value.idempotencyKey);
        tally.add(payments);
        onProgress(tally.count);
      } catch (error) {
        failures.push(error);
      }
    }
  }

  await Promise.all(Array.from({ length: clients }, sendChunks));
  // An aborted call is not a failure.
  if (failures.length > 0 && !signal.aborted) throw failures[0];
  return tally;
}
