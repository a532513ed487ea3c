import { createHash, randomBytes } from 'node:crypto';

/** A new token with 256 random bits, and its hash, which is all that the database stores. */
export function createLinkToken(): { token: string; hash: Buffer } {
  const token = randomBytes(32).toString('base64url');
  return { token, hash: hashLinkToken(token) };
}

/** SHA-256. A slow hash such as bcrypt would add nothing: nobody can guess 256 random bits. */
export const hashLinkToken = (token: string): Buffer => createHash('sha256').update(token).digest();
