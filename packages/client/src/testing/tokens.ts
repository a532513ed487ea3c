import type { Tokens } from '../tokens.ts';

/** Tokens number `n`, good for the given time. */
export function testTokens(n: number, expiresAt = Date.now() + 900_000, userId = 'user-1'): Tokens {
  return {
    accessToken: `access-${n}`,
    refreshToken: `refresh-${n}`,
    expiresAt: new Date(expiresAt).toISOString(),
    user: { id: userId, username: `name of ${userId}`, role: 'admin' },
  };
}
