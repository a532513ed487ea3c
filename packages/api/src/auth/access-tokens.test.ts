import { randomUUID } from 'node:crypto';
import { SignJWT, UnsecuredJWT } from 'jose';
import { beforeEach, expect, test, vi } from 'vitest';
import { reasonOf } from '../../testing/test-api.ts';
import { createAccessTokens } from './access-tokens.ts';

const secret = 'a secret of tests, long enough for HS256';
const tokens = createAccessTokens({ secret, ttlSeconds: 60 });
const subject = {
  userId: randomUUID(),
  sessionId: randomUUID(),
  username: 'jane',
  role: 'admin' as const,
};

beforeEach(() => {
  vi.useRealTimers();
});

test('a token is valid with the claims that were signed, until it expires', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: 1_800_000_000_500 });
  const { token, expiresAt } = await tokens.sign(subject);
  expect(expiresAt).toEqual(new Date(1_800_000_060_000));
  expect(await tokens.verify(token)).toEqual({ ...subject, expiresAt });
  expect(await tokens.verify(token)).toEqual({ ...subject, expiresAt });

  vi.setSystemTime(1_800_000_064_000);
  expect(await reasonOf(tokens.verify(token))).toBeUndefined();
  vi.setSystemTime(1_800_000_066_000);
  // The first call finds the token in the cache, the second one does not.
  expect(await reasonOf(tokens.verify(token))).toBe('token_expired');
  expect(await reasonOf(tokens.verify(token))).toBe('token_expired');
});

const key = (text = secret) => new TextEncoder().encode(text);

/** A genuine token except for the given header, claims and key. An undefined claim is left out. */
function forge({ header = {}, claims = {}, signWith = key() }: Forgery = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const genuine = { iss: 'paydeck', aud: 'paydeck', sub: subject.userId, sid: subject.sessionId };
  return new SignJWT({ ...genuine, username: 'jane', role: 'admin', iat: now, exp: now + 60, ...claims })
    .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', ...header })
    .sign(signWith);
}
type Forgery = { header?: object; claims?: Record<string, unknown>; signWith?: Uint8Array };

test('only tokens that the server signed are valid', async () => {
  const genuine = await forge();
  expect(await reasonOf(tokens.verify(genuine))).toBeUndefined();
  const [header, payload, signature] = genuine.split('.');
  const unsigned = new UnsecuredJWT({ sid: subject.sessionId, username: 'jane', role: 'admin' })
    .setIssuer('paydeck')
    .setAudience('paydeck')
    .setSubject(subject.userId)
    .setIssuedAt()
    .setExpirationTime('1m');

  const forged: Record<string, string> = {
    empty: '',
    noise: 'a.b.c',
    unsigned: unsigned.encode(),
    'signature cut': `${header}.${payload}.`,
    'another payload': `${header}.${Buffer.from('{}').toString('base64url')}.${signature}`,
    'another secret': await forge({ signWith: key(secret.repeat(2)) }),
    'another algorithm': await forge({ header: { alg: 'HS512' }, signWith: key(secret.repeat(2)) }),
    'another type': await forge({ header: { typ: 'JWT' } }),
    'no type': await forge({ header: { typ: undefined } }),
    'another issuer': await forge({ claims: { iss: 'else' } }),
    'another audience': await forge({ claims: { aud: 'else' } }),
    'a role we do not have': await forge({ claims: { role: 'root' } }),
    'a session that is not a UUID': await forge({ claims: { sid: "' or true --" } }),
  };
  for (const claim of ['iss', 'aud', 'sub', 'sid', 'exp', 'iat', 'username', 'role']) {
    forged[`no ${claim}`] = await forge({ claims: { [claim]: undefined } });
  }
  for (const [kind, token] of Object.entries(forged)) {
    expect(await reasonOf(tokens.verify(token)), kind).toBe('token_invalid');
  }
});

test('a short secret is refused', () => {
  expect(() => createAccessTokens({ secret: 'short', ttlSeconds: 60 })).toThrow(RangeError);
});
