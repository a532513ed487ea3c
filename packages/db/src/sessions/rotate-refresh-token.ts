import type { Database } from '../connection/open-database.ts';
import { prepareStatement } from '../connection/statement.ts';
import { sql } from '../drizzle.ts';
import { asUserRole } from '../users/user-sql.ts';
import type { SessionUser } from './insert-session.ts';

export type RotateRefreshTokenArgs = {
  /** SHA-256 of the token that the client sent. */
  hash: Buffer;
  /** SHA-256 of the token that replaces it. */
  newHash: Buffer;
  lifetimeSeconds: number;
  /** How long the token that was replaced last is still accepted: from another tab, or after a lost answer. */
  graceSeconds: number;
};

export type Rotation = {
  /** `reused`: the token had been replaced before. Nothing was written. The caller must revoke the session. */
  outcome: 'rotated' | 'reused';
  sessionId: string;
  user: SessionUser;
};

// The session's row is locked first, then the token's, so both are read in their latest version.
// Each rotation moves the session's end, so `expires_at` tells whether this token is the one that was replaced last.
// A rotation replaces every current token of the session. So if the grace period issued several, only the one that is used
// next stays valid.
const statement = prepareStatement<RotateRefreshTokenArgs, Rotation>(
  (p) => sql`
with session as materialized (
  select s.id, s.user_id, s.expires_at
  from refresh_tokens t join sessions s on s.id = t.session_id
  where t.hash = ${p('hash', 'bytea')}
    and s.revoked_at is null and s.expires_at > clock_timestamp()
  for no key update of s
),
presented as materialized (
  select t.replaced_at from session s join refresh_tokens t on t.session_id = s.id
  where t.hash = ${p('hash', 'bytea')}
  for no key update of t
),
clock as materialized (
  select date_trunc('milliseconds', clock_timestamp()) as at,
         ${p('lifetimeSeconds', 'int')} * interval '1 second' as lifetime
  from presented
),
verdict as materialized (
  select p.replaced_at is null as is_current,
         coalesce(
           p.replaced_at > clock.at - ${p('graceSeconds', 'int')} * interval '1 second'
             and s.expires_at <= p.replaced_at + clock.lifetime,
           false
         ) as is_in_grace
  from presented p, session s, clock
),
replaced as (
  update refresh_tokens t set replaced_at = clock.at
  from session s, verdict v, clock
  where v.is_current and t.session_id = s.id and t.replaced_at is null
),
extended as (
  update sessions set expires_at = clock.at + clock.lifetime
  from session s, verdict v, clock
  where v.is_current and sessions.id = s.id
),
issued as (
  insert into refresh_tokens (hash, session_id, issued_at)
  select ${p('newHash', 'bytea')}, s.id, clock.at
  from session s, verdict v, clock
  where v.is_current or v.is_in_grace
)
select v.is_current or v.is_in_grace, s.id, u.id, u.username, u.role
from verdict v, session s join users u on u.id = s.user_id`,
  ([isAccepted, sessionId, userId, username, role]) => ({
    outcome: isAccepted === true ? 'rotated' : 'reused',
    sessionId: String(sessionId),
    user: { userId: String(userId), username: String(username), role: asUserRole(role) },
  }),
  'control',
);

/**
 * Replaces a refresh token with a new one, and moves the end of its session. Returns null when the token is unknown, or its
 * session has expired or was revoked.
 */
export async function rotateRefreshToken(
  db: Database,
  args: RotateRefreshTokenArgs,
): Promise<Rotation | null> {
  const [rotation] = await db.execute(statement, args);
  return rotation ?? null;
}
