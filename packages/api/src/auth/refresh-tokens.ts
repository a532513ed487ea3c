import { createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';

export type RefreshToken = {
  token: string;
  /** SHA-256, which is all that the database stores. */
  hash: Buffer;
};

export type RefreshTokens = {
  /**
   * The token that replaces a token: always the same one, so a client whose answer was lost can ask again, and nobody gets a
   * second branch of the session. Only this server's secret can derive it, so the database does not hold it.
   */
  successorOf(token: string): RefreshToken;
  /** A session ends this long after its last sign-in or refresh. */
  lifetimeSeconds: number;
  /** A session ends this long after its sign-in, however often it is refreshed (ASVS 5.0, 7.3.2). */
  maxLifetimeSeconds: number;
};

const daySeconds = 24 * 60 * 60;
const idleDays = 30;

/** `secret` is the secret of access tokens. Refresh tokens use a key that is derived from it (RFC 5869). */
export function createRefreshTokens({
  secret,
  sessionMaxDays,
}: {
  secret: string;
  sessionMaxDays: number;
}): RefreshTokens {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'paydeck refresh token successors', 32));
  const maxLifetimeSeconds = sessionMaxDays * daySeconds;
  return {
    successorOf: (token) => withHash(createHmac('sha256', key).update(token).digest('base64url')),
    lifetimeSeconds: Math.min(idleDays * daySeconds, maxLifetimeSeconds),
    maxLifetimeSeconds,
  };
}

/** The first refresh token of a session, with 256 random bits. */
export function createRefreshToken(): RefreshToken {
  return withHash(randomBytes(32).toString('base64url'));
}

/** SHA-256. A slow hash such as bcrypt would add nothing: nobody can guess 256 random bits. */
export function hashRefreshToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

const withHash = (token: string): RefreshToken => ({ token, hash: hashRefreshToken(token) });
