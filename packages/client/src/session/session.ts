import { isUnauthorized, reasonOf } from '../errors.ts';
import { type WatchedValue, watchedValue } from '../watched-value.ts';
import type { SignedInUser, TokenStore, Tokens } from './tokens.ts';

export type Session = {
  /** The signed-in user; null when nobody is, or when the store has not been read yet. */
  user: WatchedValue<SignedInUser | null>;
  /** The tokens in memory, which may have expired. */
  current(): Pick<Tokens, 'accessToken'> | null;
  /** The tokens in memory; reads the store when there are none. */
  load(): Promise<Tokens | null>;
  /** The tokens, refreshed first when they are about to expire. Rejects when they have expired and the refresh failed. */
  fresh(): Promise<Tokens | null>;
  /**
   * After the server refused an access token (null: none was sent): resolves with whether the call may be sent again
   * with another token. Rejects with the refresh's error when the refresh failed.
   */
  recover(refusedToken: string | null, error: unknown): Promise<boolean>;
  /** Replaces the tokens after a sign-in; null after a sign-out. */
  replace(tokens: Tokens | null): Promise<void>;
};

/** How long before it expires an access token is refreshed. If it lives less than two minutes, a quarter of its lifetime. */
const refreshLeadMs = 30_000;

/**
 * The sign-in that all calls of a client share. However many calls find the token expired, only one refresh runs: a
 * refresh token may be used once, and a second use ends the whole session (RFC 9700, 4.14.2).
 */
export function createSession(
  store: TokenStore,
  refresh: (refreshToken: string) => Promise<Tokens>,
  now: () => number = Date.now,
): Session {
  const user = watchedValue<SignedInUser | null>(null);
  let current: Tokens | null = null;
  let staleAtMs = 0;
  let refreshing: Promise<void> | null = null;

  const setCurrent = (tokens: Tokens | null, staleAt: number) => {
    const isSameUser = tokens?.user.id === current?.user.id && tokens?.user.role === current?.user.role;
    current = tokens;
    staleAtMs = staleAt;
    if (!isSameUser) user.set(tokens?.user ?? null);
  };

  /** Takes over tokens that another client of this store has saved. When they were issued is unknown. */
  const adopt = (tokens: Tokens | null) =>
    setCurrent(tokens, tokens === null ? 0 : Date.parse(tokens.expiresAt) - refreshLeadMs);

  const load = async () => {
    if (current !== null) return current;
    const stored = await store.load();
    if (current === null) adopt(stored);
    return current;
  };

  const replace = async (tokens: Tokens | null) => {
    if (tokens === null) setCurrent(null, 0);
    else setCurrent(tokens, staleTime(tokens, now()));
    await store.save(tokens);
  };

  const refreshOrAdopt = async (stale: Tokens): Promise<void> => {
    const stored = await store.load();
    if (current !== stale) return;
    if (stored?.refreshToken !== stale.refreshToken) {
      adopt(stored);
      // The adopted tokens may be stale too.
      if (stored !== null && now() >= staleAtMs) await refreshOrAdopt(stored);
      return;
    }
    try {
      const refreshed = await refresh(stale.refreshToken);
      // A sign-in or sign-out during the refresh wins.
      if (current === stale) await replace(refreshed);
    } catch (error) {
      if (current !== stale) return;
      if (!isUnauthorized(error)) throw error;
      const saved = await store.load();
      if (current !== stale) return;
      if (saved !== null && saved.refreshToken !== stale.refreshToken) return adopt(saved);
      await replace(null);
      throw error;
    }
  };

  const refreshOnce = (stale: Tokens) => {
    refreshing ??= refreshOrAdopt(stale).finally(() => {
      refreshing = null;
    });
    return refreshing;
  };

  return {
    user,
    current: () => current,
    load,
    replace,

    fresh: async () => {
      const tokens = await load();
      if (tokens === null || now() < staleAtMs) return tokens;
      try {
        await refreshOnce(tokens);
      } catch (error) {
        // Until the token expires, a call may still use it while the server can't be reached for a refresh.
        if (current === null || isUnauthorized(error) || now() >= Date.parse(current.expiresAt)) throw error;
      }
      return current;
    },

    recover: async (refusedToken, error) => {
      const tokens = await load();
      if (tokens === null) return false;
      if (tokens.accessToken !== refusedToken) return true;
      const reason = reasonOf(error);
      if (reason === 'token_expired' || reason === 'token_invalid') {
        await refreshOnce(tokens);
        return current !== null;
      }
      if (reason === 'forbidden' && tokens.user.role === 'admin') {
        // The user is no longer an admin: new tokens have the new role, and `user` changes.
        await refreshOnce(tokens).catch(() => {});
        return false;
      }
      if (reason !== 'session_ended') return false;
      // The refresh token ended with the session, unless another tab has signed in since.
      const stored = await store.load();
      if (current !== tokens) return current !== null;
      if (stored === null || stored.accessToken === refusedToken) {
        await replace(null);
        return false;
      }
      adopt(stored);
      return true;
    },
  };
}

/**
 * When to refresh tokens that were issued just now. If they have already expired by this machine's clock, the clock is
 * wrong: then they count as fresh until the server refuses them, because otherwise every call would refresh.
 */
function staleTime(tokens: Tokens, issuedAtMs: number): number {
  const expiresAtMs = Date.parse(tokens.expiresAt);
  const lifeMs = expiresAtMs - issuedAtMs;
  return lifeMs > 0 ? expiresAtMs - Math.min(refreshLeadMs, lifeMs / 4) : Number.POSITIVE_INFINITY;
}
