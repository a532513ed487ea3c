import type { Database } from '@paydeck/db/connection';
import {
  type InsertPaymentsOutcome,
  type InsertPaymentsRequest,
  insertPayments,
  type Payment,
  type UpdatePaymentRequest,
  updatePaymentRows,
} from '@paydeck/db/payments';
import type { LiveLog } from '../live/live-log.ts';
import { createNaturalBatches } from './natural-batches.ts';

/** Writes the payments of all calls of this process. Calls share statements. */
export type PaymentWriter = {
  /** Creates the payments of one call, all or none. Rejects with `too_many_requests` when too many are waiting. */
  create(request: InsertPaymentsRequest): Promise<InsertPaymentsOutcome>;
  /**
   * Settles a payment, or corrects its receiver or description. Null when nothing was changed (`updatePaymentRows`). Rejects with
   * `too_many_requests` when too many calls are waiting.
   */
  update(request: UpdatePaymentRequest): Promise<Payment | null>;
};

/** Creates and updates have a queue each, so neither waits for the other one's batch to gather. */
export function createPaymentWriter(db: Database, liveLog: LiveLog): PaymentWriter {
  const creates = createNaturalBatches({
    write: async (requests: readonly InsertPaymentsRequest[]) => {
      const outcomes = await insertPayments(db, requests);
      liveLog.wake();
      return outcomes;
    },
    ownerOf: ({ userId }) => userId,
    rowsOf: ({ payments }) => payments.length,
  });
  const updates = createNaturalBatches({
    write: async (requests: readonly UpdatePaymentRequest[]) => {
      const payments = await updatePaymentRows(db, requests);
      if (payments.some((payment) => payment !== null)) liveLog.wake();
      return payments;
    },
    ownerOf: ({ actorId }) => actorId,
    // A second update of a payment must see the first one. A second call with a key must find its answer.
    exclusiveKeysOf: ({ id, actorId, apiKeyId, idempotency }) =>
      idempotency === null
        ? [id]
        : [id, JSON.stringify([apiKeyId ?? actorId, idempotency.procedure, idempotency.key])],
  });
  return { create: creates.submit, update: updates.submit };
}
