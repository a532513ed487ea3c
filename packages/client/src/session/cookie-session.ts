import { isUnauthorized } from '../errors.ts';
import type { TokenStore, Tokens } from './tokens.ts';

/** Asks the server to keep the refresh token in a cookie that scripts can't read. */
export const cookieSessionHeader = { 'x-paydeck-session': 'cookie' };

/**
 * Tokens in memory, restored by `restore`, which has the browser's cookie, when a page has just loaded. A server that
 * is away is asked again at the next call.
 */
export function cookieTokenStore(restore: () => Promise<Tokens>): TokenStore {
  let held: Promise<Tokens | null> | null = null;

  const restored = async () => {
    try {
      return await restore();
    } catch (error) {
      if (!isUnauthorized(error)) throw error;
      return null;
    }
  };

  return {
    load: () => {
      if (held !== null) return held;
      const restoring = restored().catch((error: unknown) => {
        if (held === restoring) held = null;
        throw error;
      });
      held = restoring;
      return restoring;
    },
    save: (tokens) => {
      held = Promise.resolve(tokens);
    },
  };
}

/**
 * Runs one at a time over all tabs of the browser: each replaces the one cookie, and answers that overtake each other
 * would leave it behind the server's. Without locks (a page over plain http) the server's grace has to do.
 */
export function oneTabAtATime<T>(run: () => Promise<T>): Promise<T> {
  const { locks } = globalThis.navigator ?? {};
  return locks === undefined ? run() : locks.request('paydeck.session', run);
}
