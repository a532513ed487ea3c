import type { IncomingHttpHeaders } from 'node:http';
import { AppError } from '@paydeck/api/errors';
import type { RefreshTokenCookie } from '@paydeck/api/refresh-token-cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../config.ts';
import { isOwnOrListed } from './origins.ts';

/** With the value `cookie`, the caller wants its refresh token in a cookie. */
const sessionHeader = 'x-paydeck-session';

/**
 * The prefix `__Host-` makes browsers accept the cookie from this host only, so that no sibling domain can replace it with
 * another session (RFC 6265bis, 4.1.3.2; ASVS 5.0, 3.3.3). The prefix requires https and `Path=/`.
 */
const overHttps = { prefix: '__Host-', path: '/', secure: true };

/**
 * Below a path, the host has other programs, perhaps another Paydeck. They must not get the cookie, so it has a path, and the
 * prefix can only make browsers require https (docs/adr/0037).
 */
function attributesFor(basePath: string, isHttps: boolean) {
  if (isHttps && basePath === '') return overHttps;
  return { prefix: isHttps ? '__Secure-' : '', path: `${basePath}/trpc`, secure: isHttps };
}

/**
 * The refresh-token cookie of a request that has the session header; null for any other request. Another site can't send
 * that header without a CORS preflight, and the `Origin` must be listed or the server's own. Reason: `forbidden`.
 */
export function refreshTokenCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  { allowedOrigins, environment, basePath }: Pick<Config, 'allowedOrigins' | 'environment' | 'basePath'>,
): RefreshTokenCookie | null {
  if (request.headers[sessionHeader] !== 'cookie') return null;
  if (!isOwnOrListed(request.headers, allowedOrigins)) {
    throw new AppError(
      'forbidden',
      `Pages of ${request.headers.origin} may not sign in here: the request's Host is ${request.headers.host}. Make the proxy pass the Host header on unchanged, or add the page's origin to CORS_ORIGIN.`,
    );
  }
  const isHttps = environment === 'production' || cameOverHttps(request.headers);
  const { prefix, ...where } = attributesFor(basePath, isHttps);
  const attributes = { ...where, httpOnly: true, sameSite: 'strict' } as const;
  const cookie = (name: string) => ({
    read: () => request.cookies[name] ?? null,
    write: (value: string | null, lifetimeSeconds: number) => {
      if (value === null) reply.clearCookie(name, attributes);
      else reply.setCookie(name, value, { ...attributes, maxAge: lifetimeSeconds });
    },
  });
  return { ...cookie(`${prefix}paydeck-session`), device: cookie(`${prefix}paydeck-device`) };
}

/** Each proxy may add its own scheme to `X-Forwarded-Proto`. The first is the one that the browser used. */
const cameOverHttps = ({ 'x-forwarded-proto': schemes }: IncomingHttpHeaders): boolean =>
  /^\s*https\s*(,|$)/i.test(String(schemes ?? ''));
