import type { AuditCaller } from '../audit-log/audit-caller.ts';
import { type CallerColumns, callerColumns, insertAuditRows } from '../audit-log/insert-audit-rows.ts';
import type { Database } from '../connection/open-database.ts';
import { prepareStatement } from '../connection/statement.ts';
import { type SQL, sql } from '../drizzle.ts';
import { lockAndClock } from '../events/commit-order.ts';
import { accessChanged } from '../events/event-payloads.ts';
import { insertEvents } from '../events/insert-events.ts';

/**
 * The statement that revokes the sessions that `which` selects. It leaves out sessions that expired more than a day ago,
 * because prune-sessions.ts may be deleting them, in another order. Sign-ins that are committed while it waits for the log's
 * lock are not ended: they happen at the same time as the call.
 */
const endSessions = (which: SQL, actorId: SQL, caller: CallerColumns) => sql`
with ${lockAndClock},
revoked as (
  update sessions s set revoked_at = clock.at, revoked_reason = 'ended'
  from clock
  where ${which} and s.revoked_at is null and s.expires_at > clock.at - interval '1 day'
  returning s.id, s.user_id, s.expires_at, clock.at
),
logged as (
  ${insertEvents({
    type: 'access_changed',
    payload: accessChanged('user_id', 'id'),
    at: sql`at`,
    from: sql`revoked`,
  })}
),
audited as (
  ${insertAuditRows({
    at: sql`at`,
    actorId,
    action: 'session.end',
    subjectId: sql`user_id`,
    details: sql`jsonb_build_object('sessionId', id)`,
    caller,
    from: sql`revoked`,
  })}
)
select id, user_id from revoked where expires_at > at`;

export type EndedSession = { sessionId: string; userId: string };

const decode = ([sessionId, userId]: readonly unknown[]): EndedSession => ({
  sessionId: String(sessionId),
  userId: String(userId),
});

export type MarkSessionEndedArgs = AuditCaller & {
  sessionId: string;
  /** Only a session of this user is ended; null for any user's. */
  ownerId: string | null;
  actorId: string;
};

const oneStatement = prepareStatement<MarkSessionEndedArgs, EndedSession>(
  (p) =>
    endSessions(
      sql`s.id = ${p('sessionId', 'uuid')}
          and (${p('ownerId', 'uuid')} is null or s.user_id = ${p('ownerId', 'uuid')})`,
      p('actorId', 'uuid'),
      callerColumns(p),
    ),
  decode,
  'control',
);

/** Ends one session. Returns null when there is no such session, or it has ended already. */
export async function markSessionEnded(
  db: Database,
  args: MarkSessionEndedArgs,
): Promise<EndedSession | null> {
  const [ended] = await db.execute(oneStatement, args);
  return ended ?? null;
}

export type MarkSessionsEndedArgs = AuditCaller & {
  userId: string;
  /** The session that is not ended; null for none. */
  keptSessionId: string | null;
  actorId: string;
};

const allStatement = prepareStatement<MarkSessionsEndedArgs, EndedSession>(
  (p) =>
    endSessions(
      sql`s.user_id = ${p('userId', 'uuid')} and s.id is distinct from ${p('keptSessionId', 'uuid')}`,
      p('actorId', 'uuid'),
      callerColumns(p),
    ),
  decode,
  'control',
);

/** Ends the sessions of a user, and returns those that were live. */
export function markSessionsEnded(db: Database, args: MarkSessionsEndedArgs): Promise<EndedSession[]> {
  return db.execute(allStatement, args);
}
