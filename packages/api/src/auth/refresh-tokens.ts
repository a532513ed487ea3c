import { createHash, randomBytes } from 'node:crypto';

/** A session ends this long after its last sign-in or refresh. */
export const sessionLifetimeSeconds = 30 * 24 * 60 * 60;

/**
 * How long a replaced refresh token still gets a new one, if it is the one replaced last: two tabs may refresh at
 * once, and an answer may get lost. Presented later, or after a later one was replaced, it was stolen.
 */
export const refreshGraceSeconds = 10;

/** A new refresh token: 256 random bits, of which the database keeps only the hash. */
export function createRefreshToken(): { token: string; hash: Buffer } {
  const token = randomBytes(32).toString('base64url');
  return { token, hash: hashRefreshToken(token) };
}

/** SHA-256: enough for a token that can't be guessed. */
export function hashRefreshToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
