import { createHash, randomBytes } from 'node:crypto';

/** Tells an API key from an access token, and tools that search for leaked secrets what they found. */
const prefix = 'pdk_';

export const isApiKey = (token: string): boolean => token.startsWith(prefix);

/** A new key: 256 random bits, of which the database keeps only the hash and what to know it by. */
export function createApiKeyText(): { key: string; hash: Buffer; ending: string } {
  const key = prefix + randomBytes(32).toString('base64url');
  return { key, hash: hashApiKey(key), ending: key.slice(-4) };
}

/** SHA-256: enough for a key that can't be guessed. */
export function hashApiKey(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

/** How a key is shown after its one first time. */
export const apiKeyHint = (ending: string): string => `${prefix}…${ending}`;
