import { drawMethodAt } from './arrivals.ts';
import type { DemoPayment } from './demo-payment.ts';
import { createDrafts } from './generate-history.ts';
import { pause } from './pause.ts';
import type { NonEmpty, Random } from './random.ts';
import { drawFailure, drawSettledStatus } from './status.ts';

export type Settlement =
  | { status: 'success' }
  | { status: 'failed'; failureCode: string; failureMessage: string };

export type LiveCounts = { created: number; settled: number; pending: number };

export type RunLiveOptions = {
  random: Random;
  currencies: NonEmpty<string>;
  /** On average; the gaps vary as those between real customers do. */
  perSecond: number;
  create(payment: DemoPayment): Promise<{ id: string }>;
  settle(id: string, settlement: Settlement): Promise<unknown>;
  /** When it aborts, what is still pending is settled at once. */
  signal: AbortSignal;
  onChange(counts: LiveCounts): void;
};

/** Many more than in a history, so that there is something to see. */
const pendingShare = 0.2;
const settledAfterMs = { least: 2_000, most: 8_000 };

/** Creates payments as they happen, some of them pending and settled seconds later, until the signal aborts. */
export async function runLive({
  random,
  currencies,
  perSecond,
  create,
  settle,
  signal,
  onChange,
}: RunLiveOptions): Promise<LiveCounts> {
  const draft = createDrafts(random, currencies);
  const counts: LiveCounts = { created: 0, settled: 0, pending: 0 };
  const settlements = new Set<Promise<void>>();
  const failure = new AbortController();
  const ending = AbortSignal.any([signal, failure.signal]);

  function drawSettlement(method: DemoPayment['method']): Settlement {
    const status = drawSettledStatus(random);
    return status === 'failed' ? { status, ...drawFailure(random, method) } : { status };
  }

  async function settleLater(id: string, settlement: Settlement, afterMs: number): Promise<void> {
    await pause(afterMs, ending);
    try {
      await settle(id, settlement);
      counts.settled += 1;
      counts.pending -= 1;
      onChange(counts);
    } catch (error) {
      failure.abort(error);
    }
  }

  let dueAt = performance.now();
  while (!ending.aborted) {
    dueAt += (-Math.log(1 - random()) / perSecond) * 1000;
    // After a stall the missed payments are not made up for: that would be a burst.
    dueAt = Math.max(dueAt, performance.now() - 1_000);
    await pause(dueAt - performance.now(), ending);
    if (ending.aborted) break;
    const now = new Date();
    const payment = draft(drawMethodAt(random, now.getTime()), now);
    const settlement = drawSettlement(payment.method);
    const isPending = random() < pendingShare;
    try {
      const { id } = await create(
        isPending ? { ...payment, status: 'pending' } : { ...payment, ...settlement },
      );
      counts.created += 1;
      if (isPending) {
        counts.pending += 1;
        const { least, most } = settledAfterMs;
        const settled = settleLater(id, settlement, least + random() * (most - least));
        settlements.add(settled);
        void settled.finally(() => settlements.delete(settled));
      }
      onChange(counts);
    } catch (error) {
      failure.abort(error);
    }
  }
  await Promise.all(settlements);
  if (failure.signal.aborted && !signal.aborted) throw failure.signal.reason;
  return counts;
}
