import { findLiveSession } from '@paydeck/db/find-live-session';
import type { Database } from '@paydeck/db/open-database';
import type { SessionUser } from '@paydeck/db/open-session';
import type { LoggedEvent } from '@paydeck/db/read-events';
import { AppError } from '../errors.ts';
import type { LiveLog } from '../live/live-log.ts';
import { accessChange } from './schema.ts';

/** A session that ended; without a session, a user whose role, activity or password changed. */
export type AccessChange = { userId: string; sessionId: string | null };

export type SessionCache = {
  /** Whose session it is, with the role as it is now. Rejects with `session_ended`. */
  check(sessionId: string): Promise<SessionUser>;
  /** Called by this process's own commands, so that what they changed counts before they answer. */
  forget(change: AccessChange): void;
  /** Calls the listener for every change, of any process, until the returned function is called. */
  onAccessChanged(listener: (change: AccessChange) => void): () => void;
};

/** How long a change can stay unseen when neither this process made it nor the live log brought it. */
const maxAgeMs = 2_000;
const maxEntries = 10_000;

type Entry = { user: SessionUser | null; readAt: number };

/** Remembers for a moment whose a session is, and that one has ended: calls need not ask the database each time. */
export function createSessionCache(db: Database, liveLog: Pick<LiveLog, 'attach'>): SessionCache {
  /** In the order of reading, so that the oldest are the first to go. */
  const entries = new Map<string, Entry>();
  const reading = new Map<string, Promise<SessionUser | null>>();
  const listeners = new Set<(change: AccessChange) => void>();

  const read = (sessionId: string): Promise<SessionUser | null> => {
    const readAt = performance.now();
    const query = findLiveSession(db.orm, { sessionId }).then((user) => {
      // Withdrawn by `forget`: what was read may be from before the change.
      if (reading.get(sessionId) !== query) return user;
      entries.delete(sessionId);
      const [oldest] = entries.keys();
      if (oldest !== undefined && entries.size >= maxEntries) entries.delete(oldest);
      entries.set(sessionId, { user, readAt });
      return user;
    });
    reading.set(sessionId, query);
    const settle = () => {
      if (reading.get(sessionId) === query) reading.delete(sessionId);
    };
    query.then(settle, settle);
    return query;
  };

  const forget = ({ userId, sessionId }: AccessChange) => {
    // Whose the sessions being read are is not known yet, so all of these reads are withdrawn.
    reading.clear();
    if (sessionId !== null) {
      entries.delete(sessionId);
      return;
    }
    for (const [id, { user }] of entries) if (user?.userId === userId) entries.delete(id);
  };

  const receive = (events: readonly LoggedEvent[]) => {
    for (const event of events) {
      if (event.type !== 'access_changed') continue;
      const change = accessChange.safeParse(event.payload);
      // Of another version's shape: then what it changed counts after `maxAgeMs`.
      if (!change.success) continue;
      forget(change.data);
      for (const listener of listeners) listener(change.data);
    }
  };
  liveLog.attach(receive, { types: ['access_changed'] });

  return {
    check: async (sessionId) => {
      const entry = entries.get(sessionId);
      const isFresh = entry !== undefined && performance.now() - entry.readAt < maxAgeMs;
      const user = isFresh ? entry.user : await (reading.get(sessionId) ?? read(sessionId));
      if (user === null) throw new AppError('session_ended', 'Your session has ended. Sign in again.');
      return user;
    },
    forget,
    onAccessChanged: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
