import type { Role } from '@paydeck/contract/users';
import { type CryptoKey, errors, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { AppError } from '../errors.ts';
import { role } from './schema.ts';

/** What an access token says. The role is the one at signing: what counts is the session's (session-cache.ts). */
type AccessClaims = {
  userId: string;
  username: string;
  role: Role;
  sessionId: string;
  expiresAt: Date;
};

export type AccessTokens = {
  sign(claims: Omit<AccessClaims, 'expiresAt'>): Promise<{ token: string; expiresAt: Date }>;
  /** Rejects with `token_expired` or `token_invalid`. */
  verify(token: string): Promise<AccessClaims>;
};

const party = 'paydeck';
const type = 'at+jwt';
const clockToleranceSeconds = 5;
const maxCached = 10_000;

const payloadShape = z.object({
  sub: z.uuid(),
  sid: z.uuid(),
  username: z.string(),
  role,
  exp: z.int(),
});

/**
 * Access tokens: JWTs signed with HS256 under `secret` (32 bytes at least, RFC 7518 section 3.2), typed `at+jwt`
 * (RFC 9068). A token found good is remembered until it expires, so a hot one costs no WebCrypto, which shares
 * its threads with bcrypt.
 */
export function createAccessTokens({
  secret,
  ttlSeconds,
}: {
  secret: string;
  ttlSeconds: number;
}): AccessTokens {
  const secretBytes = new TextEncoder().encode(secret);
  if (secretBytes.length < 32) throw new RangeError('The secret of access tokens needs 32 bytes at least.');
  const key = crypto.subtle.importKey('raw', secretBytes, { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
    'verify',
  ]);
  /** In the order of verification, so that the oldest are the first to go. */
  const verified = new Map<string, AccessClaims>();

  return {
    sign: async ({ userId, username, role, sessionId }) => {
      const issuedAt = Math.floor(Date.now() / 1000);
      const expiresAt = issuedAt + ttlSeconds;
      const token = await new SignJWT({ sid: sessionId, username, role })
        .setProtectedHeader({ alg: 'HS256', typ: type })
        .setIssuer(party)
        .setAudience(party)
        .setSubject(userId)
        .setIssuedAt(issuedAt)
        .setExpirationTime(expiresAt)
        .sign(await key);
      return { token, expiresAt: new Date(expiresAt * 1000) };
    },

    verify: async (token) => {
      const known = verified.get(token);
      if (known !== undefined) {
        if (!isOver(known.expiresAt)) return known;
        verified.delete(token);
        throw expired();
      }
      const claims = await readToken(token, await key);
      const [oldest] = verified.keys();
      if (oldest !== undefined && verified.size >= maxCached) verified.delete(oldest);
      verified.set(token, claims);
      return claims;
    },
  };
}

async function readToken(token: string, key: CryptoKey): Promise<AccessClaims> {
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: ['HS256'],
      typ: type,
      issuer: party,
      audience: party,
      requiredClaims: ['sub', 'sid', 'exp', 'iat', 'username', 'role'],
      clockTolerance: clockToleranceSeconds,
    });
    const { sub, sid, username, role, exp } = payloadShape.parse(payload);
    return { userId: sub, sessionId: sid, username, role, expiresAt: new Date(exp * 1000) };
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw expired();
    if (error instanceof errors.JOSEError || error instanceof z.ZodError) {
      throw new AppError('token_invalid', 'The access token is not valid. Sign in again.', { cause: error });
    }
    throw error;
  }
}

const isOver = (expiresAt: Date) => expiresAt.getTime() + clockToleranceSeconds * 1000 <= Date.now();

const expired = () =>
  new AppError('token_expired', 'The access token has expired. Refresh it, or sign in again.');
