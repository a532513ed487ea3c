import { isUnauthorized, reasonOf } from '../errors.ts';
import { type WatchedValue, watchedValue } from '../live/watched-value.ts';
import type { SignedInUser, TokenStore, Tokens } from './tokens.ts';

export type Session = {
  /** Who is signed in, as far as is known without asking the store or the server. */
  user: WatchedValue<SignedInUser | null>;
  /** What is in hand to call with. */
  current(): Pick<Tokens, 'accessToken'> | null;
  /** Reads the store if there is nothing in hand. */
  load(): Promise<Tokens | null>;
  /** The tokens to call with, refreshed when they are about to expire. Rejects when they expired and cannot be refreshed. */
  fresh(): Promise<Tokens | null>;
  /**
   * After a refusal of the given access token (null: none was sent): whether there is another one to call with now.
   * Rejects with the refresh's own error when that fails.
   */
  recover(refused: string | null, error: unknown): Promise<boolean>;
  /** Puts other tokens in place: a sign-in, or null for a sign-out. */
  replace(tokens: Tokens | null): Promise<void>;
};

/** How long before its end an access token is refreshed; less for tokens that live shorter than two minutes. */
const refreshLeadMs = 30_000;

/**
 * The one sign-in that all calls of a client share. However many calls find it expired, one refresh runs: a refresh
 * token is good once, and a second use of it ends the whole session (RFC 9700, 4.14.2).
 */
export function createSession(
  store: TokenStore,
  refresh: (refreshToken: string) => Promise<Tokens>,
  now: () => number = Date.now,
): Session {
  const user = watchedValue<SignedInUser | null>(null);
  let held: Tokens | null = null;
  let staleAtMs = 0;
  let renewing: Promise<void> | null = null;

  const hold = (tokens: Tokens | null, staleAt: number) => {
    const sameUser = tokens?.user.id === held?.user.id && tokens?.user.role === held?.user.role;
    held = tokens;
    staleAtMs = staleAt;
    if (!sameUser) user.set(tokens?.user ?? null);
  };

  /** Tokens that someone else left in the store; when they were issued is not known. */
  const adopt = (tokens: Tokens | null) =>
    hold(tokens, tokens === null ? 0 : Date.parse(tokens.expiresAt) - refreshLeadMs);

  const load = async () => {
    if (held !== null) return held;
    const stored = await store.load();
    if (held === null) adopt(stored);
    return held;
  };

  const replace = async (tokens: Tokens | null) => {
    if (tokens === null) hold(null, 0);
    else hold(tokens, staleTime(tokens, now()));
    await store.save(tokens);
  };

  const renew = async (stale: Tokens): Promise<void> => {
    const stored = await store.load();
    if (held !== stale) return;
    if (stored?.refreshToken !== stale.refreshToken) {
      adopt(stored);
      // What the other one left may have aged as well.
      if (stored !== null && now() >= staleAtMs) await renew(stored);
      return;
    }
    try {
      const renewed = await refresh(stale.refreshToken);
      // Signed out, or in again, while the refresh was under way: that counts.
      if (held === stale) await replace(renewed);
    } catch (error) {
      if (held !== stale) return;
      if (!isUnauthorized(error)) throw error;
      const saved = await store.load();
      if (held !== stale) return;
      if (saved !== null && saved.refreshToken !== stale.refreshToken) return adopt(saved);
      await replace(null);
      throw error;
    }
  };

  const renewOnce = (stale: Tokens) => {
    renewing ??= renew(stale).finally(() => {
      renewing = null;
    });
    return renewing;
  };

  return {
    user,
    current: () => held,
    load,
    replace,

    fresh: async () => {
      const tokens = await load();
      if (tokens === null || now() < staleAtMs) return tokens;
      try {
        await renewOnce(tokens);
      } catch (error) {
        // It was only about to expire: the server may be back before it does.
        if (held === null || isUnauthorized(error) || now() >= Date.parse(held.expiresAt)) throw error;
      }
      return held;
    },

    recover: async (refused, error) => {
      const tokens = await load();
      if (tokens === null) return false;
      if (tokens.accessToken !== refused) return true;
      const reason = reasonOf(error);
      if (reason === 'token_expired' || reason === 'token_invalid') {
        await renewOnce(tokens);
        return held !== null;
      }
      if (reason === 'forbidden' && tokens.user.role === 'admin') {
        // Who is refused what admins may do is none any more: new tokens say so to those who watch the user.
        await renewOnce(tokens).catch(() => {});
        return false;
      }
      if (reason !== 'session_ended') return false;
      // Its refresh token ended with it, unless another tab has signed in since.
      const stored = await store.load();
      if (held !== tokens) return held !== null;
      if (stored === null || stored.accessToken === refused) {
        await replace(null);
        return false;
      }
      adopt(stored);
      return true;
    },
  };
}

/**
 * When tokens that were issued just now are to be refreshed. A clock that says they have ended already is wrong: then
 * the server's 401 is waited for, since otherwise each call would refresh.
 */
function staleTime(tokens: Tokens, issuedAtMs: number): number {
  const endsAtMs = Date.parse(tokens.expiresAt);
  const lifeMs = endsAtMs - issuedAtMs;
  return lifeMs > 0 ? endsAtMs - Math.min(refreshLeadMs, lifeMs / 4) : Number.POSITIVE_INFINITY;
}
