import type { AuditCaller } from '../audit-log/audit-caller.ts';
import type { Database } from '../connection/open-database.ts';
import { prepareStatement } from '../connection/statement.ts';
import { sql } from '../drizzle.ts';
import { asUserRole } from '../users/user-sql.ts';
import type { SessionUser } from './insert-session.ts';

export type RotateRefreshTokenArgs = AuditCaller & {
  /** SHA-256 of the token that the client sent. */
  hash: Buffer;
  /** SHA-256 of its successor. A token always has the same successor. */
  newHash: Buffer;
  /** The same for all tries of one refresh; null if the client gives none. */
  attempt: string | null;
  lifetimeSeconds: number;
  /** A session ends this long after its sign-in, however often it is refreshed. */
  maxLifetimeSeconds: number;
};

export type Rotation = {
  /**
   * - `rotated`: the successor is valid. The token was current, or its successor has not been used yet.
   * - `limited`: the session was refreshed too often. Nothing was written.
   * - `reused`: the successor has been used, so two parties have tokens of this session. Nothing was written.
   * - `shared`: the third refresh in a row that two parties asked for. Nothing was written.
   *
   * After `reused` and `shared` the caller must revoke the session.
   */
  outcome: 'rotated' | 'limited' | 'reused' | 'shared';
  sessionId: string;
  user: SessionUser;
  /** When the next refresh is accepted after `limited`; 0 otherwise. */
  waitSeconds: number;
};

/** A session may be refreshed 30 times at once, and then once in two seconds. */
const secondsPerRefresh = 2;
const refreshesAtOnce = 30;
/** One or two refreshes in a row may be repeated by accident: an answer got lost, or two tabs refresh at once. */
const maxRepeatedRefreshes = 2;

const secondsOf = (seconds: number) => sql.raw(`interval '${seconds} seconds'`);

// The session's row is locked first, then the token's, so both are read in their latest version. Rows that another refresh
// inserted while this one waited are invisible, so the session's row itself says which token is the newest.
const statement = prepareStatement<RotateRefreshTokenArgs, Rotation>(
  (p) => sql`
with session as materialized (
  select s.*
  from refresh_tokens t join sessions s on s.id = t.session_id
  where t.hash = ${p('hash', 'bytea')}
    and s.revoked_at is null and s.expires_at > clock_timestamp()
    and s.created_at > clock_timestamp() - ${p('maxLifetimeSeconds', 'int')} * interval '1 second'
  for no key update of s
),
presented as materialized (
  select t.replaced_at from session s join refresh_tokens t on t.session_id = s.id
  where t.hash = ${p('hash', 'bytea')}
  for no key update of t
),
clock as materialized (
  select date_trunc('milliseconds', clock_timestamp()) as at from presented
),
refresh as materialized (
  select clock.at,
         p.replaced_at is null as is_current,
         p.replaced_at is not null and s.newest_token_hash is distinct from ${p('newHash', 'bytea')} as is_reused,
         p.replaced_at is not null and coalesce(s.refresh_attempt <> ${p('attempt', 'text')}, true) as is_repeated,
         greatest(s.refreshes_counted_to, clock.at) + ${secondsOf(secondsPerRefresh)} as counted_to
  from session s, presented p, clock
),
verdict as materialized (
  select r.*,
         case
           when r.is_reused then 'reused'
           when r.is_repeated and s.repeated_refreshes >= ${sql.raw(String(maxRepeatedRefreshes))} then 'shared'
           when r.counted_to > r.at + ${secondsOf(secondsPerRefresh * refreshesAtOnce)} then 'limited'
           else 'rotated'
         end as outcome
  from refresh r, session s
),
replaced as (
  update refresh_tokens t set replaced_at = v.at
  from session s, verdict v
  where v.outcome = 'rotated' and v.is_current and t.session_id = s.id and t.replaced_at is null
),
issued as (
  insert into refresh_tokens (hash, session_id, issued_at)
  select ${p('newHash', 'bytea')}, s.id, v.at
  from session s, verdict v
  where v.outcome = 'rotated' and v.is_current
),
continued as (
  update sessions
  set expires_at = least(
        v.at + ${p('lifetimeSeconds', 'int')} * interval '1 second',
        s.created_at + ${p('maxLifetimeSeconds', 'int')} * interval '1 second'
      ),
      newest_token_hash = ${p('newHash', 'bytea')},
      refresh_attempt = ${p('attempt', 'text')},
      repeated_refreshes = case when s.is_refresh_repeated then s.repeated_refreshes + 1 else 0 end,
      is_refresh_repeated = false,
      refreshes_counted_to = v.counted_to,
      last_used_at = v.at,
      address = ${p('callerAddress', 'text')},
      user_agent = ${p('callerUserAgent', 'text')}
  from session s, verdict v
  where v.outcome = 'rotated' and v.is_current and sessions.id = s.id
),
repeated as (
  update sessions
  set is_refresh_repeated = s.is_refresh_repeated or v.is_repeated,
      refreshes_counted_to = v.counted_to
  from session s, verdict v
  where v.outcome = 'rotated' and not v.is_current and sessions.id = s.id
)
select v.outcome, s.id, u.id, u.username, u.role,
       case v.outcome
         when 'limited'
         then ceil(extract(epoch from v.counted_to - v.at)) - ${sql.raw(String(secondsPerRefresh * refreshesAtOnce))}
         else 0
       end
from verdict v, session s join users u on u.id = s.user_id`,
  ([outcome, sessionId, userId, username, role, waitSeconds]) => ({
    outcome: asOutcome(outcome),
    sessionId: String(sessionId),
    user: { userId: String(userId), username: String(username), role: asUserRole(role) },
    waitSeconds: Number(waitSeconds),
  }),
  'control',
);

/** The statement returns no other text. */
function asOutcome(value: unknown): Rotation['outcome'] {
  return value as Rotation['outcome'];
}

/**
 * Replaces a refresh token with its successor, and moves the end of its session. Returns null when the token is unknown, or
 * its session has expired or was revoked.
 */
export async function rotateRefreshToken(
  db: Database,
  args: RotateRefreshTokenArgs,
): Promise<Rotation | null> {
  const [rotation] = await db.execute(statement, args);
  return rotation ?? null;
}
