import { AppError } from '../errors.ts';
import type { AccessTokens } from './access-tokens.ts';
import type { Actor } from './actor.ts';
import { isApiKey } from './api-key-format.ts';
import type { SessionCache } from './session-cache.ts';

/**
 * The caller that an access token or an API key stands for. An access token only identifies the session; user name and
 * role are the current ones. Reasons: `not_signed_in` for null, `token_expired`, `token_invalid`, `session_ended`,
 * `api_key_invalid`.
 */
export async function authenticate(
  { accessTokens, sessionCache }: { accessTokens: AccessTokens; sessionCache: SessionCache },
  token: string | null,
): Promise<Actor> {
  if (token === null) throw new AppError('not_signed_in', 'Sign in first.');
  if (isApiKey(token)) {
    const { userId, username, role, apiKey, expiresAt } = await sessionCache.checkApiKey(token);
    return { userId, username, role, hasSecondFactor: false, sessionId: apiKey.id, apiKey, expiresAt };
  }
  const { sessionId, expiresAt: tokenExpiresAt } = await accessTokens.verify(token);
  const { userId, username, role, hasSecondFactor, endsAt } = await sessionCache.check(sessionId);
  const expiresAt = new Date(Math.min(endsAt.getTime(), tokenExpiresAt.getTime()));
  return { userId, username, role, hasSecondFactor, sessionId, apiKey: null, expiresAt };
}
