import type { DemoPayment, PaymentStatus } from './demo-payment.ts';
import { generateChunks, type HistoryPlan } from './generate-history.ts';
import { Tally } from './tally.ts';

/** Writes up to 1,000 payments, once per key, and answers with the payments as they are stored. */
type CreateMany = (
  payments: DemoPayment[],
  idempotencyKey: string,
) => Promise<{ payments: readonly { status: PaymentStatus; currency: string; amountMinor: number }[] }>;

export type FillHistoryOptions = {
  plan: HistoryPlan;
  createMany: CreateMany;
  /** How many calls are under way at once. */
  clients: number;
  /** When it aborts, calls under way are still awaited, and no new one begins. */
  signal: AbortSignal;
  onProgress(done: number): void;
};

/**
 * Sends the history of a plan; resolves with what was stored. After a failure no new call begins, and the
 * rejection comes when none is under way. Running it again with the same plan continues where it ended.
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
  // A call that Ctrl-C cut short, while the server was away, is no failure.
  if (failures.length > 0 && !signal.aborted) throw failures[0];
  return tally;
}
