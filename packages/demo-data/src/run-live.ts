import { setTimeout as delay } from 'node:timers/promises';
import type { PaymentMethod } from '@paydeck/contract/payments';
import { drawMethodAt } from './arrivals.ts';
import type { DemoPayment } from './demo-payment.ts';
import { createDrafts } from './generate-history.ts';
import type { NonEmpty, Random } from './random.ts';
import { drawFailure, drawSettledStatus } from './status.ts';

export type Settlement =
  | { status: 'success' }
  | { status: 'failed'; failureCode: string; failureMessage: string };

export type LiveCounts = { created: number; settled: number; pending: number };

export type RunLiveOptions = {
  random: Random;
  currencies: NonEmpty<string>;
  /** The average rate. The gaps vary as those between real customers do. */
  perSecond: number;
  create(payment: DemoPayment): Promise<{ id: string }>;
  settle(id: string, settlement: Settlement): Promise<unknown>;
  /** When it aborts, the pending payments are settled at once. */
  signal: AbortSignal;
  onChange(counts: LiveCounts): void;
};

/** Much more than in a history, so that there is something to see. */
const pendingShare = 0.2;
const settledAfterMs = { min: 2_000, max: 8_000 };

/** Creates payments until the signal aborts. Some of them are pending at first, and are settled seconds later. */
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

  function drawSettlement(method: PaymentMethod): Settlement {
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
    // Payments that were missed during a stall are dropped: making up for them would be a burst.
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
        const { min, max } = settledAfterMs;
        const settled = settleLater(id, settlement, min + random() * (max - min));
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

/** Resolves after the time, or as soon as the signal aborts. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(Math.max(0, ms), undefined, { signal }).catch(() => {});
}
