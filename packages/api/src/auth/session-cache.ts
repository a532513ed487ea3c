import { type LiveApiKey, markApiKeyUsed, selectLiveApiKey } from '@paydeck/db/api-keys';
import type { Database } from '@paydeck/db/connection';
import type { LoggedEvent } from '@paydeck/db/events';
import { type LiveSession, selectLiveSession } from '@paydeck/db/sessions';
import { AppError } from '../errors.ts';
import type { LiveLog } from '../live/live-log.ts';
import { hashApiKey } from './api-key-format.ts';
import { createCredentialCache } from './credential-cache.ts';
import type { RefreshTokens } from './refresh-tokens.ts';
import { type AccessChange, accessChange } from './schema.ts';

export type SessionCache = {
  /** The user of a session, with the user's current role, and when the session ends. Rejects with `session_ended`. */
  check(sessionId: string): Promise<LiveSession>;
  /** The API key, its user, and the role that the key has now. Rejects with `api_key_invalid`. */
  checkApiKey(key: string): Promise<LiveApiKey>;
  /** Commands call this before they answer, so that their change takes effect in this process at once. */
  forget(change: AccessChange): void;
  /** Calls the listener for every change, of any process, until the returned function is called. */
  onAccessChanged(listener: (change: AccessChange) => void): () => void;
};

/** While an API key is in use, its `lastUsedAt` is updated once it is older than this. */
const touchAfterMs = 60_000;

type SessionCacheOptions = {
  db: Database;
  liveLog: Pick<LiveLog, 'attach' | 'onStepBack'>;
  refreshTokens: Pick<RefreshTokens, 'maxLifetimeSeconds'>;
  /** Receives failed updates of `lastUsedAt`, which no call waits for. */
  onError(error: unknown): void;
};

/** Caches the users of sessions and API keys for two seconds, so that most calls need no query for them. */
export function createSessionCache({
  db,
  liveLog,
  refreshTokens: { maxLifetimeSeconds },
  onError,
}: SessionCacheOptions): SessionCache {
  const readSession = (sessionId: string) => selectLiveSession(db.access, { sessionId, maxLifetimeSeconds });
  const sessions = createCredentialCache(readSession, {
    // A session id comes from an access token that this server signed, so nobody can fill the cache with made-up ids.
    keepsRefusals: true,
  });
  const apiKeys = createCredentialCache(
    async (hash) => {
      const apiKey = await selectLiveApiKey(db.access, { hash: Buffer.from(hash, 'hex') });
      const lastUsedAt = apiKey?.lastUsedAt?.getTime() ?? 0;
      if (apiKey !== null && Date.now() - lastUsedAt > touchAfterMs)
        markApiKeyUsed(db.orm, apiKey.apiKey).catch(onError);
      return apiKey;
    },
    // Anyone can make up API keys. They must not push the real ones out of the cache.
    { keepsRefusals: false },
  );
  const listeners = new Set<(change: AccessChange) => void>();

  const forget = (change: AccessChange) => {
    sessions.forget(change);
    apiKeys.forget(change);
  };

  const onEvents = (events: readonly LoggedEvent[]) => {
    for (const event of events) {
      if (event.type !== 'access_changed') continue;
      const change = accessChange.safeParse(event.payload);
      // A newer version wrote it in another shape. Its change takes effect when the entries expire.
      if (!change.success) continue;
      forget(change.data);
      for (const listener of listeners) listener(change.data);
    }
  };
  liveLog.attach(onEvents, { types: ['access_changed'] });
  // Changes of access may be lost, or sessions may be back that had ended.
  liveLog.onStepBack(() => {
    sessions.clear();
    apiKeys.clear();
  });

  return {
    check: async (sessionId) => {
      const session = await sessions.get(sessionId);
      if (session === null) throw new AppError('session_ended', 'Your session has ended. Sign in again.');
      return session;
    },
    checkApiKey: async (key) => {
      const apiKey = await apiKeys.get(hashApiKey(key).toString('hex'));
      const isExpired = apiKey?.expiresAt != null && apiKey.expiresAt.getTime() <= Date.now();
      if (apiKey === null || isExpired) {
        throw new AppError('api_key_invalid', 'This API key is unknown, was revoked, or has expired.');
      }
      return apiKey;
    },
    forget,
    onAccessChanged: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
