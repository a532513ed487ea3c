import { type Database, DatabaseUnavailableError } from '@paydeck/db/connection';
import { type InsertPaymentsOutcome, type InsertPaymentsRequest, insertPayments } from '@paydeck/db/payments';
import { AppError } from '../errors.ts';
import type { LiveLog } from '../live/live-log.ts';

export type PaymentWriter = {
  /**
   * Creates the payments of one call, all or none. They share a statement with those of other calls.
   * Rejects with `too_many_requests` when too many payments are waiting.
   */
  submit(request: InsertPaymentsRequest): Promise<InsertPaymentsOutcome>;
};

type WaitingCall = {
  request: InsertPaymentsRequest;
  resolve(outcome: InsertPaymentsOutcome): void;
  reject(error: unknown): void;
};

type Batch = { calls: readonly WaitingCall[]; payments: number };

const maxBatchPayments = 1_000;
const maxWaitingPayments = 50_000;
/**
 * From the call to its answer. After this time, a call that still waits is never written. A call whose statement was
 * already sent may still be written.
 */
const callDeadlineMs = 10_000;
/** A second batch must have at least this many payments: a smaller one is not worth a statement. */
const minSecondBatchPayments = 16;

/**
 * Natural batching: while a batch is being written, the next one gathers. An idle server adds no delay, and a busy one
 * writes many calls with one commit. Two batches may be in flight: the second one waits for the lock of the log, so the
 * database can start it while this process answers the calls of the first.
 */
export function createPaymentWriter(db: Database, liveLog: LiveLog): PaymentWriter {
  /** In the order of arrival. */
  const waitingCalls = new Set<WaitingCall>();
  let waitingPayments = 0;
  let isStartScheduled = false;
  const batchesInFlight = new Set<Batch>();

  /**
   * The number of payments to write now; 0 to keep gathering. If nothing is in flight and enough payments for two batches
   * wait, each batch gets half of them.
   */
  const nextBatchSize = (): number => {
    const [first, second] = batchesInFlight;
    if (first === undefined) {
      const isWorthTwo = waitingPayments >= 2 * minSecondBatchPayments;
      return isWorthTwo ? Math.floor(waitingPayments / 2) : waitingPayments;
    }
    const isWorthwhile = waitingPayments >= Math.max(minSecondBatchPayments, first.payments);
    return second === undefined && isWorthwhile ? waitingPayments : 0;
  };

  const takeBatch = (maxPayments: number): Batch => {
    let payments = 0;
    const calls: WaitingCall[] = [];
    for (const call of waitingCalls) {
      const total = payments + call.request.payments.length;
      if (calls.length > 0 && total > maxPayments) break;
      payments = total;
      calls.push(call);
      waitingCalls.delete(call);
    }
    waitingPayments -= payments;
    return { calls, payments };
  };

  const write = async (calls: readonly WaitingCall[]): Promise<void> => {
    try {
      const outcomes = await insertPayments(
        db,
        calls.map(({ request }) => request),
      );
      liveLog.wake();
      for (const [i, outcome] of outcomes.entries()) calls[i]?.resolve(outcome);
    } catch (error) {
      if (calls.length === 1 || error instanceof DatabaseUnavailableError) {
        for (const { reject } of calls) reject(error);
        return;
      }
      // The database refused a row of one call, so it wrote nothing. Now the calls are written one by one, and only that
      // call fails.
      for (const call of calls) await write([call]);
    }
  };

  const start = async (batch: Batch) => {
    batchesInFlight.add(batch);
    await write(batch.calls);
    batchesInFlight.delete(batch);
    scheduleStart();
  };

  /** Starts batches at the end of this turn of the event loop, so that calls of the same turn share a statement. */
  const scheduleStart = () => {
    if (isStartScheduled) return;
    isStartScheduled = true;
    setImmediate(() => {
      isStartScheduled = false;
      for (let size = nextBatchSize(); size > 0; size = nextBatchSize()) {
        void start(takeBatch(Math.min(size, maxBatchPayments)));
      }
    });
  };

  return {
    submit: (request) =>
      new Promise((resolve, reject) => {
        if (waitingPayments + request.payments.length > maxWaitingPayments) {
          reject(
            new AppError('too_many_requests', 'Too many payments are waiting. Try again in a few seconds.'),
          );
          return;
        }
        const timer = setTimeout(() => {
          if (waitingCalls.delete(call)) waitingPayments -= request.payments.length;
          reject(new DatabaseUnavailableError(`The payment was not written within ${callDeadlineMs} ms.`));
        }, callDeadlineMs);
        const call: WaitingCall = {
          request,
          resolve: (outcome) => {
            clearTimeout(timer);
            resolve(outcome);
          },
          reject: (error) => {
            clearTimeout(timer);
            reject(error);
          },
        };
        waitingCalls.add(call);
        waitingPayments += request.payments.length;
        scheduleStart();
      }),
  };
}
