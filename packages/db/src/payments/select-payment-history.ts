import type { PaymentStatus } from '@paydeck/contract/payments';
import type { Database } from '../connection/open-database.ts';
import { prepareStatement } from '../connection/statement.ts';
import { sql } from '../drizzle.ts';

/** The user, and the name of the API key if a script wrote with one. Null when they are unknown. */
type Author = { username: string | null; apiKeyName: string | null };

/** The details that update-payment-rows.ts writes into the audit log. */
type ChangeDetails = {
  /** The status before and after the change. They are equal when only texts were corrected. */
  from: PaymentStatus;
  to: PaymentStatus;
  failureCode?: string;
  failureMessage?: string;
  receiver?: { from: string; to: string };
  description?: { from: string | null; to: string | null };
};

export type PaymentHistory = {
  created: Author & { at: Date };
  /** Newest first. */
  changes: (Author & { at: Date; details: ChangeDetails })[];
};

type Input = { id: string; limit: number };
type Change = PaymentHistory['changes'][number];

const statement = prepareStatement<Input, { created: PaymentHistory['created']; change: Change | null }>(
  (p) => sql`
    select payment.created_at, creator.username, creating_key.name,
           change.at, change.username, change.name, change.details
    from payments payment
    left join users creator on creator.id = payment.created_by
    left join api_keys creating_key on creating_key.id = payment.api_key_id
    left join lateral (
      select audit_log.id, audit_log.at, users.username, api_keys.name, audit_log.details
      from audit_log
      left join users on users.id = audit_log.actor_id
      left join api_keys on api_keys.id = audit_log.api_key_id
      where audit_log.subject_id = payment.id and audit_log.action = 'payment.update'
      order by audit_log.at desc, audit_log.id desc
      limit ${p('limit', 'int')}
    ) change on true
    where payment.id = ${p('id', 'uuid')}
    order by change.at desc, change.id desc`,
  ([createdAt, creator, creatingKey, at, username, apiKeyName, details]) => ({
    created: { at: new Date(String(createdAt)), ...author(creator, creatingKey) },
    change:
      at === null
        ? null
        : { at: new Date(String(at)), ...author(username, apiKeyName), details: asChangeDetails(details) },
  }),
  'quick',
);

/**
 * The creator of a payment, and its last `limit` changes, from tables that are never pruned. Null when there is no such
 * payment. Changes are read along `audit_log_subject_id_at_idx`.
 */
export async function selectPaymentHistory(db: Database, input: Input): Promise<PaymentHistory | null> {
  const rows = await db.execute(statement, input);
  const [first] = rows;
  if (first === undefined) return null;
  return { created: first.created, changes: rows.flatMap(({ change }) => change ?? []) };
}

const author = (username: unknown, apiKeyName: unknown): Author => ({
  username: textOrNull(username),
  apiKeyName: textOrNull(apiKeyName),
});

const textOrNull = (value: unknown): string | null => (value === null ? null : String(value));

/** update-payment-rows.ts wrote the value in this shape. */
function asChangeDetails(value: unknown): ChangeDetails {
  return value as ChangeDetails;
}
