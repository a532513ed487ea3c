import type { RefreshTokenCookie } from '@paydeck/api/context';
import { AppError } from '@paydeck/api/errors';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../config.ts';

/** A caller that sends it as `cookie` wants its refresh token in a cookie. */
const sessionHeader = 'x-paydeck-session';
const cookieName = 'paydeck-session';

/**
 * The cookie of a request that asks for one by its header, null for any other. Another site can't send that header: it
 * makes the browser ask first (CORS). What a listed or an own page may do, the `Origin` says. Reason: `forbidden`.
 */
export function refreshTokenCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  { allowedOrigins, environment }: Pick<Config, 'allowedOrigins' | 'environment'>,
): RefreshTokenCookie | null {
  if (request.headers[sessionHeader] !== 'cookie') return null;
  if (!isOwnOrListed(request, allowedOrigins)) {
    throw new AppError('forbidden', 'Pages of this origin may not sign in by cookie.');
  }
  const isHttps = environment === 'production' || request.headers['x-forwarded-proto'] === 'https';
  const attributes = { path: '/trpc', httpOnly: true, sameSite: 'strict', secure: isHttps } as const;
  return {
    read: () => request.cookies[cookieName] ?? null,
    write: (token, lifetimeSeconds) => {
      if (token === null) reply.clearCookie(cookieName, attributes);
      else reply.setCookie(cookieName, token, { ...attributes, maxAge: lifetimeSeconds });
    },
  };
}

/** Programs send no `Origin`. An allowance for any origin does not go as far as cookies. */
function isOwnOrListed({ headers }: FastifyRequest, allowedOrigins: readonly string[]): boolean {
  const { origin, host } = headers;
  if (origin === undefined) return true;
  return (URL.canParse(origin) && new URL(origin).host === host) || allowedOrigins.includes(origin);
}
