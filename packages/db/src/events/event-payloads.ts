import { type SQL, sql } from '../drizzle.ts';
import { isoText } from '../iso-text.ts';

/**
 * The payload of an `access_changed` event. The arguments name columns: a user's id, and the id of a session or an API key.
 * Without the second one the event is about all sessions and API keys of the user.
 */
export const accessChanged = (userId: string, sessionId = 'null'): SQL =>
  sql.raw(`jsonb_build_object('userId', ${userId}, 'sessionId', ${sessionId})`);

/** The payload of a `user_activity` event, made of the columns `username` and `at`. */
export const userActivity = (action: 'login' | 'logout'): SQL =>
  sql`jsonb_build_object('username', username, 'action', ${sql.raw(`'${action}'`)}, 'timestamp', ${isoText('at')})`;
