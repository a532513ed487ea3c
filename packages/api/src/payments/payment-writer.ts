import { type Database, DatabaseUnavailableError } from '@paydeck/db/connection';
import { type InsertPaymentsOutcome, type InsertPaymentsRequest, insertPayments } from '@paydeck/db/payments';
import { AppError } from '../errors.ts';
import type { LiveLog } from '../live/live-log.ts';

export type PaymentWriter = {
  /** Writes the payments of one call, all or none, in a statement shared with other calls. */
  submit(request: InsertPaymentsRequest): Promise<InsertPaymentsOutcome>;
};

type Waiting = {
  request: InsertPaymentsRequest;
  resolve(outcome: InsertPaymentsOutcome): void;
  reject(error: unknown): void;
};

type Batch = { calls: readonly Waiting[]; payments: number };

const maxBatchPayments = 1_000;
const maxWaitingPayments = 50_000;
/** From the call to its answer, the wait for other statements included; one still waiting then is never written. */
const callDeadlineMs = 10_000;
/** Fewer are not worth a statement of their own while another one is under way. */
const minSharePayments = 16;

/**
 * Natural batching: while statements are at the database the next one gathers, so an idle server adds no delay and a
 * busy one writes many calls for the price of one commit. Two statements may be under way: the second one waits for the
 * log's lock, so the database goes on at once while this process answers the first one's calls.
 */
export function createPaymentWriter(db: Database, liveLog: LiveLog): PaymentWriter {
  /** In the order of their coming. */
  const waiting = new Set<Waiting>();
  let waitingPayments = 0;
  let gathering = false;
  const underWay = new Set<Batch>();

  /** How many payments should go now. */
  const nextShare = (): number => {
    const [first, second] = underWay;
    if (first === undefined) {
      return waitingPayments < 2 * minSharePayments ? waitingPayments : Math.floor(waitingPayments / 2);
    }
    const isWorthwhile = waitingPayments >= Math.max(minSharePayments, first.payments);
    return second === undefined && isWorthwhile ? waitingPayments : 0;
  };

  const takeBatch = (maxPayments: number): Batch => {
    let payments = 0;
    const calls: Waiting[] = [];
    for (const call of waiting) {
      const more = payments + call.request.payments.length;
      if (calls.length > 0 && more > maxPayments) break;
      payments = more;
      calls.push(call);
      waiting.delete(call);
    }
    waitingPayments -= payments;
    return { calls, payments };
  };

  const write = async (calls: readonly Waiting[]): Promise<void> => {
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
      // One call's row was refused: nothing was written, so each call goes alone and fails for itself only.
      for (const one of calls) await write([one]);
    }
  };

  const start = async (batch: Batch) => {
    underWay.add(batch);
    await write(batch.calls);
    underWay.delete(batch);
    gather();
  };

  /** Once per turn of the event loop: whoever calls within the same one shares a statement. */
  const gather = () => {
    if (gathering) return;
    gathering = true;
    setImmediate(() => {
      gathering = false;
      for (let share = nextShare(); share > 0; share = nextShare()) {
        void start(takeBatch(Math.min(share, maxBatchPayments)));
      }
    });
  };

  return {
    submit: (request) =>
      new Promise((resolve, reject) => {
        if (waitingPayments + request.payments.length > maxWaitingPayments) {
          reject(
            new AppError(
              'too_many_requests',
              'More payments are waiting than can be written soon. Try again in a second.',
            ),
          );
          return;
        }
        const timer = setTimeout(() => {
          if (waiting.delete(call)) waitingPayments -= request.payments.length;
          reject(new DatabaseUnavailableError(`The payment was not written within ${callDeadlineMs} ms.`));
        }, callDeadlineMs);
        const call: Waiting = {
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
        waiting.add(call);
        waitingPayments += request.payments.length;
        gather();
      }),
  };
}
