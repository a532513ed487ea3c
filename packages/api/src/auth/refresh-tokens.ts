import { createHash, randomBytes } from 'node:crypto';

/** A session ends this long after its last sign-in or refresh. */
export const sessionLifetimeSeconds = 30 * 24 * 60 * 60;

/**
 * For so many seconds a replaced refresh token still works, unless its successor was replaced too: two tabs may refresh at
 * once, or the response to a refresh may get lost. Any other use of a replaced token counts as theft.
 */
export const refreshGraceSeconds = 10;

/** A new refresh token with 256 random bits. The database stores only its hash. */
export function createRefreshToken(): { token: string; hash: Buffer } {
  const token = randomBytes(32).toString('base64url');
  return { token, hash: hashRefreshToken(token) };
}

/** SHA-256. A slow hash such as bcrypt would add nothing: nobody can guess 256 random bits. */
export function hashRefreshToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
