import type { AuditDetail, AuditEntry } from '@paydeck/contract/audit';
import type { Database } from '../connection/open-database.ts';
import { prepareStatement, type Statement } from '../connection/statement.ts';
import { sql } from '../drizzle.ts';

export type AuditFilter = {
  /** The user who did it. */
  actorId?: string | undefined;
  actions?: readonly string[] | undefined;
  /** The user, API key, payment or export that it was done to. */
  subjectId?: string | undefined;
  /** Inclusive. */
  from?: Date | undefined;
  /** Exclusive. */
  to?: Date | undefined;
};

/** The row after which a page begins. */
export type AuditCursor = { at: Date; id: number };

type Input = {
  actorId: string | null;
  /** PostgreSQL's text of an array. */
  actions: string | null;
  subjectId: string | null;
  from: string | null;
  to: string | null;
  afterAt: string | null;
  afterId: number | null;
  limit: number;
};

/** A row as readers of the log get it. */
export type AuditRow = AuditEntry;

/** Not prepared: PostgreSQL plans it for the filters that are given, so their index serves it. */
const statement: Statement<Input, AuditRow> = {
  ...prepareStatement<Input, AuditRow>(
    (p) => sql`
select a.id, (extract(epoch from a.at) * 1000)::bigint, a.action, a.actor_id, actor.username, a.api_key_id, used_key.name,
       a.subject_id, coalesce(subject_user.username, subject_key.name), a.details, a.address, a.user_agent,
       encode(a.hash, 'hex')
from (
  select * from audit_log
  where (${p('actorId', 'uuid')} is null or actor_id = ${p('actorId', 'uuid')})
    and (${p('actions', 'text[]')} is null or action = any (${p('actions', 'text[]')}))
    and (${p('subjectId', 'uuid')} is null or subject_id = ${p('subjectId', 'uuid')})
    and (${p('from', 'timestamptz')} is null or at >= ${p('from', 'timestamptz')})
    and (${p('to', 'timestamptz')} is null or at < ${p('to', 'timestamptz')})
    and (${p('afterAt', 'timestamptz')} is null
         or (at, id) < (${p('afterAt', 'timestamptz')}, ${p('afterId', 'bigint')}))
  order by at desc, id desc
  limit ${p('limit', 'int')}
) a
left join users actor on actor.id = a.actor_id
left join api_keys used_key on used_key.id = a.api_key_id
left join users subject_user on subject_user.id = a.subject_id
left join api_keys subject_key on subject_key.id = a.subject_id
order by a.at desc, a.id desc`,
    ([
      id,
      at,
      action,
      actor,
      username,
      apiKey,
      keyName,
      subject,
      subjectName,
      details,
      address,
      agent,
      hash,
    ]) => ({
      id: Number(id),
      at: new Date(Number(at)),
      action: String(action),
      actor: actor === null ? null : { id: String(actor), username: String(username) },
      apiKey: apiKey === null ? null : { id: String(apiKey), name: String(keyName) },
      subject: subject === null ? null : { id: String(subject), name: textOrNull(subjectName) },
      details: asDetails(details),
      address: textOrNull(address),
      userAgent: textOrNull(agent),
      hash: textOrNull(hash),
    }),
    'long',
  ),
  isPrepared: false,
};

/**
 * At most `limit` rows that match the filter, newest first. The indexes of `audit_log` by actor, by subject, by action (without
 * `payment.update`) and by time serve it.
 */
export function selectAuditRows(
  db: Database,
  { filter, after, limit }: { filter: AuditFilter; after: AuditCursor | null; limit: number },
): Promise<AuditRow[]> {
  const { actorId = null, actions, subjectId = null, from, to } = filter;
  return db.execute(statement, {
    actorId,
    actions: actions === undefined ? null : `{${actions.map((action) => JSON.stringify(action)).join(',')}}`,
    subjectId,
    from: from?.toISOString() ?? null,
    to: to?.toISOString() ?? null,
    afterAt: after?.at.toISOString() ?? null,
    afterId: after?.id ?? null,
    limit,
  });
}

const textOrNull = (value: unknown): string | null => (value === null ? null : String(value));

/** Every statement that writes audit rows gives them such details. */
function asDetails(value: unknown): Record<string, AuditDetail> {
  return value as Record<string, AuditDetail>;
}
