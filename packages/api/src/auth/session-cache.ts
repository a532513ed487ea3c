import { type LiveApiKey, markApiKeyUsed, selectLiveApiKey } from '@paydeck/db/api-keys';
import type { Database } from '@paydeck/db/connection';
import type { LoggedEvent } from '@paydeck/db/events';
import { type SessionUser, selectLiveSession } from '@paydeck/db/sessions';
import { AppError } from '../errors.ts';
import type { LiveLog } from '../live/live-log.ts';
import { hashApiKey } from './api-key-text.ts';
import { type AccessChange, rememberAccess } from './remembered-access.ts';
import { accessChange } from './schema.ts';

export type SessionCache = {
  /** Whose session it is, with the role as it is now. Rejects with `session_ended`. */
  check(sessionId: string): Promise<SessionUser>;
  /** Whose API key it is, with the role that it has now. Rejects with `api_key_invalid`. */
  checkApiKey(key: string): Promise<LiveApiKey>;
  /** Called by this process's own commands, so that what they changed counts before they answer. */
  forget(change: AccessChange): void;
  /** Calls the listener for every change, of any process, until the returned function is called. */
  onAccessChanged(listener: (change: AccessChange) => void): () => void;
};

/** How old the note of an API key's last use may become while the key is in use. */
const touchAfterMs = 60_000;

type SessionCacheOptions = {
  db: Database;
  liveLog: Pick<LiveLog, 'attach'>;
  /** Failures of notes in the background. */
  onError(error: unknown): void;
};

/** Remembers for a moment whose a session or an API key is: calls need not ask the database each time. */
export function createSessionCache({ db, liveLog, onError }: SessionCacheOptions): SessionCache {
  const sessions = rememberAccess((sessionId) => selectLiveSession(db.orm, { sessionId }), {
    // Whoever names a session has a token that this server signed.
    keepsRefusals: true,
  });
  const apiKeys = rememberAccess(
    async (hash) => {
      const found = await selectLiveApiKey(db.orm, { hash: Buffer.from(hash, 'hex') });
      const lastUsedAt = found?.lastUsedAt?.getTime() ?? 0;
      if (found !== null && Date.now() - lastUsedAt > touchAfterMs)
        markApiKeyUsed(db.orm, found.apiKey).catch(onError);
      return found;
    },
    // Anyone can make up keys: they must not push out those that are in use.
    { keepsRefusals: false },
  );
  const listeners = new Set<(change: AccessChange) => void>();

  const forget = (change: AccessChange) => {
    sessions.forget(change);
    apiKeys.forget(change);
  };

  const receive = (events: readonly LoggedEvent[]) => {
    for (const event of events) {
      if (event.type !== 'access_changed') continue;
      const change = accessChange.safeParse(event.payload);
      // Of another version's shape: then what it changed counts within two seconds.
      if (!change.success) continue;
      forget(change.data);
      for (const listener of listeners) listener(change.data);
    }
  };
  liveLog.attach(receive, { types: ['access_changed'] });

  return {
    check: async (sessionId) => {
      const user = await sessions.get(sessionId);
      if (user === null) throw new AppError('session_ended', 'Your session has ended. Sign in again.');
      return user;
    },
    checkApiKey: async (key) => {
      const found = await apiKeys.get(hashApiKey(key).toString('hex'));
      const isOver = found?.expiresAt != null && found.expiresAt.getTime() <= Date.now();
      if (found === null || isOver) {
        throw new AppError('api_key_invalid', 'This API key is unknown, was revoked, or has expired.');
      }
      return found;
    },
    forget,
    onAccessChanged: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
