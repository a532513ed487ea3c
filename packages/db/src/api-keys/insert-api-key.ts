import type { Role } from '@paydeck/contract/users';
import type { AuditCaller } from '../audit-log/audit-caller.ts';
import { callerColumns, insertAuditRows } from '../audit-log/insert-audit-rows.ts';
import type { Database } from '../connection/open-database.ts';
import { prepareStatement } from '../connection/statement.ts';
import { sql } from '../drizzle.ts';
import { lockAndClock } from '../events/commit-order.ts';
import { isoText } from '../iso-text.ts';

export type InsertApiKeyArgs = AuditCaller & {
  /** A UUIDv7 that the caller made. */
  id: string;
  name: string;
  /** SHA-256 of the key. */
  hash: Buffer;
  /** The key's last characters. */
  ending: string;
  role: Role;
  /** ISO 8601. Null for a key that does not expire. */
  expiresAt: string | null;
  actorId: string;
};

const statement = prepareStatement<InsertApiKeyArgs, { createdAt: Date }>(
  (p) => sql`
with ${lockAndClock},
account as materialized (
  select u.id, clock.at
  from clock, users u
  where u.id = ${p('actorId', 'uuid')} and u.active
  for no key update of u
),
created as (
  insert into api_keys (id, name, hash, ending, role, created_by, created_at, expires_at)
  select ${p('id', 'uuid')}, ${p('name', 'text')}, ${p('hash', 'bytea')},
         ${p('ending', 'text')}, ${p('role', 'user_role')}, id, at,
         ${p('expiresAt', 'timestamptz')}
  from account
  returning *
),
audited as (
  ${insertAuditRows({
    at: sql`created_at`,
    actorId: sql`created_by`,
    action: 'api_key.create',
    subjectId: sql`id`,
    details: sql`jsonb_build_object('name', name, 'role', role, 'expiresAt', expires_at)`,
    caller: callerColumns(p),
    from: sql`created`,
  })}
)
select ${isoText('created_at')} from created`,
  ([createdAt]) => ({ createdAt: new Date(String(createdAt)) }),
  'control',
);

/** Adds an API key of the actor. Returns null, having written nothing, when the actor is no longer active. */
export async function insertApiKey(
  db: Database,
  args: InsertApiKeyArgs,
): Promise<{ createdAt: Date } | null> {
  const [created] = await db.execute(statement, args);
  return created ?? null;
}
