import { AppError } from '../errors.ts';
import type { AccessTokens } from './access-tokens.ts';
import type { Actor } from './actor.ts';
import type { SessionCache } from './session-cache.ts';

/**
 * Who presents a token. The token only names the session; name and role are the user's own, as they are now.
 * Reasons: `not_signed_in` for null, `token_expired`, `token_invalid`, `session_ended`.
 */
export async function authenticate(
  { accessTokens, sessionCache }: { accessTokens: AccessTokens; sessionCache: SessionCache },
  token: string | null,
): Promise<Actor> {
  if (token === null) throw new AppError('not_signed_in', 'Sign in first.');
  const { sessionId, expiresAt } = await accessTokens.verify(token);
  const { userId, username, role } = await sessionCache.check(sessionId);
  return { userId, username, role, sessionId, apiKey: null, expiresAt };
}
