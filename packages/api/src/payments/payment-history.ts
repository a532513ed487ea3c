import type { Database } from '@paydeck/db/connection';
import { selectPaymentHistory } from '@paydeck/db/payments';
import type { z } from 'zod';
import { AppError } from '../errors.ts';
import type { paymentHistory } from './schema.ts';

/** Only the receiver and the description can change more than once, so longer histories are rare. The newest changes are kept. */
const maxChanges = 1_000;

/** The creation of a payment and its changes, with their authors, oldest first. Reason: `payment_not_found`. */
export async function getPaymentHistory(
  { db }: { db: Database },
  id: string,
): Promise<z.output<typeof paymentHistory>> {
  const history = await selectPaymentHistory(db, { id, limit: maxChanges });
  if (history === null) throw new AppError('payment_not_found', 'There is no payment with this id.');
  const changes = history.changes.map(({ at, details, ...author }) => {
    const { from, to, failureCode, failureMessage, receiver, description } = details;
    return {
      type: 'updated' as const,
      at,
      by: authorFrom(author),
      changes: {
        ...(from !== to && { status: { from, to } }),
        ...(failureCode !== undefined && { failureCode: { from: null, to: failureCode } }),
        ...(failureMessage !== undefined && { failureMessage: { from: null, to: failureMessage } }),
        ...(receiver !== undefined && { receiver }),
        ...(description !== undefined && { description }),
      },
    };
  });
  const { at, ...creator } = history.created;
  return [{ type: 'created', at, by: authorFrom(creator), changes: {} }, ...changes.reverse()];
}

function authorFrom({ username, apiKeyName }: { username: string | null; apiKeyName: string | null }) {
  return username === null ? null : { username, apiKeyName };
}
