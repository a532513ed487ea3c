import type { Database } from '../connection/open-database.ts';
import { prepareStatement } from '../connection/statement.ts';
import { sql } from '../drizzle.ts';
import { lockAndClock } from '../events/commit-order.ts';
import type { AuditCaller } from './audit-caller.ts';
import { insertAuditRows } from './insert-audit-rows.ts';

/** An audit row that no command writes with its change: a refusal, an export, a start. */
export type AuditEntry = AuditCaller & {
  action: string;
  /** Null for an anonymous call, and for the server itself. */
  actorId: string | null;
  /** The API key that the actor used. */
  apiKeyId: string | null;
  subjectId: string | null;
  /** The name of the user whom the entry is about. It sets `subjectId` if there is a user with this name. */
  subjectUsername?: string | undefined;
  details: Readonly<Record<string, unknown>>;
};

const statement = prepareStatement<{ entries: string }, true>(
  (p) => sql`
with ${lockAndClock},
entry as materialized (
  select clock.at, e.*
  from clock, json_to_recordset(${p('entries', 'json')}) as e (
    n int, action text, actor_id uuid, api_key_id uuid, subject_id uuid, subject_username text, details jsonb,
    caller_address text, caller_user_agent text)
),
audited as (
  ${insertAuditRows({
    at: sql`at`,
    actorId: sql`actor_id`,
    apiKeyId: sql`api_key_id`,
    action: sql`action`,
    subjectId: sql`coalesce(subject_id, (select id from users where lower(username) = lower(subject_username)))`,
    details: sql`details`,
    caller: { address: sql`caller_address`, userAgent: sql`caller_user_agent` },
    from: sql`(select * from entry order by n) in_order`,
  })}
)
select true from clock`,
  () => true,
  'write',
);

/** Adds rows to the audit log, in this order. The time of each is that of the write. */
export async function insertAuditEntries(db: Database, entries: readonly AuditEntry[]): Promise<void> {
  const rows = entries.map((entry, n) => ({
    n,
    action: entry.action,
    actor_id: entry.actorId,
    api_key_id: entry.apiKeyId,
    subject_id: entry.subjectId,
    subject_username: entry.subjectUsername,
    details: entry.details,
    caller_address: entry.callerAddress,
    caller_user_agent: entry.callerUserAgent,
  }));
  await db.execute(statement, { entries: JSON.stringify(rows) });
}
