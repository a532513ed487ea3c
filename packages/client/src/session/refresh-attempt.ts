import { randomIdempotencyKey } from '../calls/idempotency-key.ts';
import type { TokenStore, WebStorage } from './tokens.ts';

/**
 * The idempotency key of a refresh. The server ends a session whose refreshes are repeated with other keys, since then
 * somebody else has its tokens. So all tries of one refresh have the same key, also those of other tabs and processes.
 */
export type RefreshAttempt = {
  key(): Promise<string>;
  /** The refresh was answered: the next one gets a new key. */
  done(): void;
};

/** Half of the signature: it identifies the token, and is of no use without the rest. */
const keyLength = 22;

/** The end of the access token that the refresh replaces: every client of a store knows it, and no one else. */
export function attemptOfStore(store: TokenStore): RefreshAttempt {
  return {
    key: async () => (await store.load())?.accessToken.slice(-keyLength) || randomIdempotencyKey(),
    done: () => {},
  };
}

/**
 * A random key in `localStorage`: the tabs of a browser share it, and it outlasts a reload during a refresh. It is kept in
 * memory if the browser blocks its storage. `basePath` is the path of the server: servers below different paths of a host
 * share the storage.
 */
export function attemptOfBrowser(
  storage: () => WebStorage = () => globalThis.localStorage,
  basePath = '',
): RefreshAttempt {
  const storageKey = `paydeck.refresh${basePath}`;
  let own: string | null = null;
  return {
    key: async () => {
      own = tryStorage(() => storage().getItem(storageKey)) ?? own ?? randomIdempotencyKey();
      const key = own;
      tryStorage(() => storage().setItem(storageKey, key));
      return key;
    },
    done: () => {
      own = null;
      tryStorage(() => storage().removeItem(storageKey));
    },
  };
}

function tryStorage<T>(use: () => T): T | null {
  try {
    return use();
  } catch {
    return null;
  }
}
