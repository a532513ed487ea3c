import { isUnauthorized } from '../errors.ts';
import type { TokenStore, Tokens } from './tokens.ts';

/** Asks the server to keep the refresh token in a cookie that scripts can't read. */
export const cookieSessionHeader = { 'x-paydeck-session': 'cookie' };

/**
 * Keeps tokens in memory. After a page load `restore` gets them with the browser's cookie; when the server is away, the
 * next call tries again.
 */
export function cookieTokenStore(restore: () => Promise<Tokens>): TokenStore {
  let tokens: Promise<Tokens | null> | null = null;

  const restoreUnlessSignedOut = async () => {
    try {
      return await restore();
    } catch (error) {
      if (!isUnauthorized(error)) throw error;
      return null;
    }
  };

  return {
    load: () => {
      if (tokens !== null) return tokens;
      const restoring = restoreUnlessSignedOut().catch((error: unknown) => {
        if (tokens === restoring) tokens = null;
        throw error;
      });
      tokens = restoring;
      return restoring;
    },
    save: (saved) => {
      tokens = Promise.resolve(saved);
    },
  };
}

/**
 * Runs one request at a time across all tabs of the browser. Each answer replaces the cookie that the tabs share, so two
 * answers in the wrong order would leave an old refresh token in it. On plain http browsers have no locks: then two
 * tabs may use the same token at once, and get the same successor.
 */
export function oneTabAtATime<T>(run: () => Promise<T>): Promise<T> {
  const { locks } = globalThis.navigator ?? {};
  return locks === undefined ? run() : locks.request('paydeck.session', run);
}
