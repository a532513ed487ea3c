import { isRole } from '@paydeck/contract/users';
import type { RouterOutputs } from '../router-types.ts';

export type SignedInUser = RouterOutputs['auth']['login']['user'];

/** The result of a sign-in. Plain JSON, so a store can write it down as it is. */
export type Tokens = {
  accessToken: string;
  refreshToken: string;
  /** When the access token expires, ISO 8601. */
  expiresAt: string;
  user: SignedInUser;
};

/**
 * Keeps tokens between calls. Tabs or processes that share a store share one sign-in: before a refresh the client reads
 * the store, and takes newer tokens that another client has saved.
 */
export type TokenStore = {
  load(): Tokens | null | Promise<Tokens | null>;
  /** Null deletes the tokens. */
  save(tokens: Tokens | null): void | Promise<void>;
};

/** Keeps tokens in memory. */
export function memoryTokenStore(): TokenStore {
  let current: Tokens | null = null;
  return {
    load: () => current,
    save: (tokens) => {
      current = tokens;
    },
  };
}

/** The part of a browser's `localStorage` or `sessionStorage` that a token store needs. */
export type WebStorage = {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
};

/** Keeps tokens in `localStorage` (for all tabs) or `sessionStorage` (for one tab). Every script of the page can read them. */
export function webTokenStore(storage: WebStorage, key = 'paydeck.tokens'): TokenStore {
  return {
    load: () => parseTokens(storage.getItem(key)),
    save: (tokens) => {
      if (tokens === null) storage.removeItem(key);
      else storage.setItem(key, JSON.stringify(tokens));
    },
  };
}

/** Reads tokens from the JSON text that a store kept; null for any other text, such as that of another version. */
export function parseTokens(json: string | null): Tokens | null {
  if (json === null) return null;
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return null;
  }
  return isTokens(value) ? value : null;
}

function isTokens(value: unknown): value is Tokens {
  return (
    hasTexts(value, ['accessToken', 'refreshToken', 'expiresAt']) &&
    !Number.isNaN(Date.parse(value.expiresAt)) &&
    'user' in value &&
    hasTexts(value.user, ['id', 'username', 'role']) &&
    isRole(value.user.role)
  );
}

function hasTexts<K extends string>(value: unknown, keys: readonly K[]): value is Record<K, string> {
  if (typeof value !== 'object' || value === null) return false;
  const texts = new Map<string, unknown>(Object.entries(value));
  return keys.every((key) => typeof texts.get(key) === 'string');
}
