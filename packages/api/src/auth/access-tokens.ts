import type { Role } from '@paydeck/contract/users';
import type { CryptoKey } from 'jose';
import * as errors from 'jose/errors';
import { SignJWT } from 'jose/jwt/sign';
import { jwtVerify } from 'jose/jwt/verify';
import { z } from 'zod';
import { BoundedMap } from '../bounded-map.ts';
import { AppError } from '../errors.ts';
import { role } from './schema.ts';

/** `role` is the user's role when the token was signed. Procedures check the current role (session-cache.ts). */
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

/** Issuer and audience. */
const service = 'paydeck';
const tokenType = 'at+jwt';
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
 * Signs and verifies access tokens: JWTs of type `at+jwt` (RFC 9068), signed with HS256. Throws `RangeError` for a secret
 * of less than 32 bytes (RFC 7518, section 3.2). Verified tokens are cached until they expire: WebCrypto shares its
 * threads with bcrypt, so verifying can be slow.
 */
export function createAccessTokens({
  secret,
  ttlSeconds,
}: {
  secret: string;
  ttlSeconds: number;
}): AccessTokens {
  const secretBytes = new TextEncoder().encode(secret);
  if (secretBytes.length < 32)
    throw new RangeError('The secret of access tokens must have at least 32 bytes.');
  const key = crypto.subtle.importKey('raw', secretBytes, { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
    'verify',
  ]);
  const verified = new BoundedMap<string, AccessClaims>(maxCached);

  return {
    sign: async ({ userId, username, role, sessionId }) => {
      const issuedAt = Math.floor(Date.now() / 1000);
      const expiresAt = issuedAt + ttlSeconds;
      const token = await new SignJWT({ sid: sessionId, username, role })
        .setProtectedHeader({ alg: 'HS256', typ: tokenType })
        .setIssuer(service)
        .setAudience(service)
        .setSubject(userId)
        .setIssuedAt(issuedAt)
        .setExpirationTime(expiresAt)
        .sign(await key);
      return { token, expiresAt: new Date(expiresAt * 1000) };
    },

    verify: async (token) => {
      const known = verified.get(token);
      if (known !== undefined) {
        if (!isExpired(known.expiresAt)) return known;
        verified.delete(token);
        throw tokenExpired();
      }
      const claims = await readToken(token, await key);
      verified.set(token, claims);
      return claims;
    },
  };
}

async function readToken(token: string, key: CryptoKey): Promise<AccessClaims> {
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: ['HS256'],
      typ: tokenType,
      issuer: service,
      audience: service,
      requiredClaims: ['sub', 'sid', 'exp', 'iat', 'username', 'role'],
      clockTolerance: clockToleranceSeconds,
    });
    const { sub, sid, username, role, exp } = payloadShape.parse(payload);
    return { userId: sub, sessionId: sid, username, role, expiresAt: new Date(exp * 1000) };
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw tokenExpired();
    if (error instanceof errors.JOSEError || error instanceof z.ZodError) {
      throw new AppError('token_invalid', 'The access token is invalid. Sign in again.', { cause: error });
    }
    throw error;
  }
}

const isExpired = (expiresAt: Date) => expiresAt.getTime() + clockToleranceSeconds * 1000 <= Date.now();

const tokenExpired = () =>
  new AppError('token_expired', 'The access token has expired. Refresh it or sign in again.');
