import type { Database } from '@paydeck/db/connection';
import type { Actor } from '../auth/actor.ts';
import type { Caller } from '../auth/caller.ts';
import type { Passwords } from '../auth/passwords.ts';
import type { SessionCache } from '../auth/session-cache.ts';
import type { LiveLog } from '../live/live-log.ts';

/** The context of the commands about users. */
export type UsersContext = {
  actor: Actor;
  caller: Caller;
  db: Database;
  passwords: Passwords;
  sessionCache: SessionCache;
  liveLog: LiveLog;
};

/** Makes a change of access effective: in this process before the caller gets the answer, in others through the log. */
export function announceAccessChange(
  ctx: Pick<UsersContext, 'sessionCache' | 'liveLog'>,
  userId: string,
): void {
  ctx.sessionCache.forget({ userId, sessionId: null });
  ctx.liveLog.wake();
}
