import type { RouterOutputs } from '../router-types.ts';

export type SignedInUser = RouterOutputs['auth']['login']['user'];

/** What a sign-in leaves behind. Plain JSON, so that a store may write it down as it is. */
export type Tokens = {
  accessToken: string;
  refreshToken: string;
  /** When the access token ends, ISO 8601. */
  expiresAt: string;
  user: SignedInUser;
};

/**
 * Where tokens live between calls. Tabs or processes that share a store share one sign-in: before a refresh the client
 * loads again, and uses what another one has saved meanwhile.
 */
export type TokenStore = {
  load(): Tokens | null | Promise<Tokens | null>;
  /** Null forgets them. */
  save(tokens: Tokens | null): void | Promise<void>;
};

/** Tokens live as long as the client. */
export function memoryTokenStore(): TokenStore {
  let held: Tokens | null = null;
  return {
    load: () => held,
    save: (tokens) => {
      held = tokens;
    },
  };
}

/** The part of a browser's `localStorage` or `sessionStorage` that a token store needs. */
export type WebStorage = {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
};

/** Tokens live in `localStorage` (shared by all tabs) or `sessionStorage` (one tab). Any script of the page can read both. */
export function webTokenStore(storage: WebStorage, key = 'paydeck.tokens'): TokenStore {
  return {
    load: () => parseTokens(storage.getItem(key)),
    save: (tokens) => {
      if (tokens === null) storage.removeItem(key);
      else storage.setItem(key, JSON.stringify(tokens));
    },
  };
}

/** Tokens out of the JSON text that a store kept; null for text that holds none, such as one of another version. */
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
    (value.user.role === 'admin' || value.user.role === 'viewer')
  );
}

function hasTexts<K extends string>(value: unknown, keys: readonly K[]): value is Record<K, string> {
  if (typeof value !== 'object' || value === null) return false;
  const texts = new Map<string, unknown>(Object.entries(value));
  return keys.every((key) => typeof texts.get(key) === 'string');
}
