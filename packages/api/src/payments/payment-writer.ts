import {
  type CreatePaymentsOutcome,
  type CreatePaymentsRequest,
  createPayments,
} from '@paydeck/db/create-payments';
import { DatabaseUnavailableError } from '@paydeck/db/database-error';
import type { Database } from '@paydeck/db/open-database';
import { AppError } from '../errors.ts';
import type { LiveLog } from '../live/live-log.ts';

export type PaymentWriter = {
  /** Writes the payments of one call, all or none, in a statement shared with other calls. */
  submit(request: CreatePaymentsRequest): Promise<CreatePaymentsOutcome>;
};

type Waiting = {
  request: CreatePaymentsRequest;
  resolve(outcome: CreatePaymentsOutcome): void;
  reject(error: unknown): void;
};

const maxBatchPayments = 1_000;
const maxWaitingPayments = 50_000;

/**
 * Natural batching: while one statement is at the database the next one gathers, so an idle server adds no delay
 * and a busy one writes many calls for the price of one commit.
 */
export function createPaymentWriter(db: Database, liveLog: LiveLog): PaymentWriter {
  let waiting: Waiting[] = [];
  let waitingPayments = 0;
  let writing = false;

  const takeBatch = (): Waiting[] => {
    let size = 0;
    let end = 0;
    for (const { request } of waiting) {
      size += request.payments.length;
      if (end > 0 && size > maxBatchPayments) break;
      end += 1;
    }
    const batch = waiting.slice(0, end);
    waiting = waiting.slice(end);
    for (const { request } of batch) waitingPayments -= request.payments.length;
    return batch;
  };

  const write = async (batch: readonly Waiting[]): Promise<void> => {
    try {
      const outcomes = await createPayments(
        db,
        batch.map(({ request }) => request),
      );
      liveLog.wake();
      for (const [i, outcome] of outcomes.entries()) batch[i]?.resolve(outcome);
    } catch (error) {
      if (batch.length === 1 || error instanceof DatabaseUnavailableError) {
        for (const { reject } of batch) reject(error);
        return;
      }
      // One call's row was refused: nothing was written, so each call goes alone and fails for itself only.
      for (const one of batch) await write([one]);
    }
  };

  const run = async () => {
    writing = true;
    while (waiting.length > 0) await write(takeBatch());
    writing = false;
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
        waiting.push({ request, resolve, reject });
        waitingPayments += request.payments.length;
        if (!writing) void run();
      }),
  };
}
