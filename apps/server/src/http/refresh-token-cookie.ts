import type { RefreshTokenCookie } from '@paydeck/api/context';
import { AppError } from '@paydeck/api/errors';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../config/config.ts';
import { isOwnOrListed } from './origins.ts';

/** A caller that sends it as `cookie` wants its refresh token in a cookie. */
const sessionHeader = 'x-paydeck-session';

/**
 * Over https the name's prefix makes browsers take it from this very host alone: none of its siblings can put a session
 * of its own in its place (RFC 6265bis, 4.1.3.2; ASVS 5.0, 3.3.3). It asks for `Path=/`.
 */
const overHttps = { name: '__Host-paydeck-session', path: '/', secure: true } as const;
const overHttp = { name: 'paydeck-session', path: '/trpc', secure: false } as const;

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
  if (!isOwnOrListed(request.headers, allowedOrigins)) {
    throw new AppError(
      'forbidden',
      `Pages of ${request.headers.origin} may not sign in: the server is asked for ${request.headers.host}. A proxy has to pass Host on as it is, or CORS_ORIGIN to list the page's origin.`,
    );
  }
  const isHttps = environment === 'production' || request.headers['x-forwarded-proto'] === 'https';
  const { name, ...where } = isHttps ? overHttps : overHttp;
  const attributes = { ...where, httpOnly: true, sameSite: 'strict' } as const;
  return {
    read: () => request.cookies[name] ?? null,
    write: (token, lifetimeSeconds) => {
      if (token === null) reply.clearCookie(name, attributes);
      else reply.setCookie(name, token, { ...attributes, maxAge: lifetimeSeconds });
    },
  };
}
