import { type SQL, sql } from '../drizzle.ts';

/**
 * A step that revokes the live sessions of the users in the step `of` (columns: id). Its rows are the ended ones:
 * id, user_id. Sessions that expired long ago are left alone: prune-sessions.ts may be deleting them, in another
 * order. One that expired just now is not: a refresh may have got ahead of it, which the snapshot doesn't show.
 */
export const endUserSessions = (of: string, { reason, except }: { reason: string; except?: SQL }): SQL => sql`
  update sessions s
  set revoked_at = clock.at, revoked_reason = ${sql.raw(`'${reason}'`)}
  from clock, ${sql.raw(of)} ending
  where s.user_id = ending.id and s.revoked_at is null and s.expires_at > clock.at - interval '1 day'
    ${except === undefined ? sql`` : sql`and s.id is distinct from ${except}`}
  returning s.id, s.user_id`;

/** A step that revokes the API keys of the users in the step `of`, which an `access_changed` event of theirs tells. */
export const endUserApiKeys = (of: string): SQL => sql`
  update api_keys k set revoked_at = clock.at
  from clock, ${sql.raw(of)} ending
  where k.created_by = ending.id and k.revoked_at is null`;
