import type { Tokens } from '../src/session/tokens.ts';

const inAnHour = Date.now() + 3_600_000;

/** Tokens number `n`, the same for every call. */
export function testTokens(n: number, expiresAt = inAnHour, userId = 'user-1'): Tokens {
  return {
    accessToken: `access-${n}`,
    refreshToken: `refresh-${n}`,
    expiresAt: new Date(expiresAt).toISOString(),
    user: { id: userId, username: `name of ${userId}`, role: 'admin' },
  };
}
