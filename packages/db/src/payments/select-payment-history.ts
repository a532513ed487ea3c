import type { PaymentStatus } from '@paydeck/contract/payments';
import type { Queries } from '../connection/drizzle-queries.ts';
import { and, desc, eq } from '../drizzle.ts';
import { apiKeys, auditLog, payments, users } from '../schema.ts';

/** The user, and the name of the API key if a script wrote with one. Null when they are unknown. */
type Author = { username: string | null; apiKeyName: string | null };

/** The details that update-payment-row.ts writes into the audit log. */
type ChangeDetails = {
  /** The status before and after the change. They are equal when only the description changed. */
  from: PaymentStatus;
  to: PaymentStatus;
  failureCode?: string;
  failureMessage?: string;
  description?: { from: string | null; to: string | null };
};

export type PaymentHistory = {
  created: Author & { at: Date };
  /** Newest first. */
  changes: (Author & { at: Date; details: ChangeDetails })[];
};

/**
 * The creator of a payment, and its last `limit` changes, from tables that are never pruned. Null when there is no such
 * payment. Changes are read along `audit_log_subject_id_at_idx`.
 */
export async function selectPaymentHistory(
  orm: Queries,
  { id, limit }: { id: string; limit: number },
): Promise<PaymentHistory | null> {
  const [created] = await orm
    .select({ at: payments.createdAt, username: users.username, apiKeyName: apiKeys.name })
    .from(payments)
    .leftJoin(users, eq(users.id, payments.createdBy))
    .leftJoin(apiKeys, eq(apiKeys.id, payments.apiKeyId))
    .where(eq(payments.id, id));
  if (created === undefined) return null;
  const changes = await orm
    .select({
      at: auditLog.at,
      username: users.username,
      apiKeyName: apiKeys.name,
      details: auditLog.details,
    })
    .from(auditLog)
    .leftJoin(users, eq(users.id, auditLog.actorId))
    .leftJoin(apiKeys, eq(apiKeys.id, auditLog.apiKeyId))
    .where(and(eq(auditLog.subjectId, id), eq(auditLog.action, 'payment.update')))
    .orderBy(desc(auditLog.at), desc(auditLog.id))
    .limit(limit);
  return {
    created,
    changes: changes.map(({ details, ...change }) => ({ ...change, details: asChangeDetails(details) })),
  };
}

/** update-payment-row.ts wrote the value in this shape. */
function asChangeDetails(value: unknown): ChangeDetails {
  return value as ChangeDetails;
}
