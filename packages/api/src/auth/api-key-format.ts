import { createHash, randomBytes } from 'node:crypto';

/** Distinguishes API keys from access tokens, and lets scanners for leaked secrets recognize them. */
const prefix = 'pdk_';

export const isApiKey = (token: string): boolean => token.startsWith(prefix);

/** A new API key with 256 random bits. The database stores its hash, and `ending` to show in lists. */
export function generateApiKey(): { key: string; hash: Buffer; ending: string } {
  const key = prefix + randomBytes(32).toString('base64url');
  return { key, hash: hashApiKey(key), ending: key.slice(-4) };
}

/** SHA-256. A slow hash such as bcrypt would add nothing: nobody can guess 256 random bits. */
export function hashApiKey(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

/** The part of a key that lists show: `pdk_…x7Qa`. */
export const apiKeyHint = (ending: string): string => `${prefix}…${ending}`;
