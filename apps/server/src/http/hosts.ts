import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { AppError } from '@paydeck/api/errors';
import { anyOrigin } from '../config/any-origin.ts';
import type { Config } from '../config.ts';
import { urlOfHost } from './origins.ts';

/** Why a request must not be answered because of its `Host`; null if it may. */
export type HostRefusal = (headers: IncomingHttpHeaders) => AppError | null;

/**
 * In development, only answers requests to local hosts. Otherwise a web page could let its own name point to 127.0.0.1 after it was
 * loaded (DNS rebinding), and then call this server, with the default password, as if it were of the same origin. An IP address
 * can't be rebound, and neither can a page over https, since the server speaks no TLS. In production the server answers every host:
 * there it has no default password, and a proxy in front.
 */
export function createHostRefusal({
  environment,
  allowedOrigins,
  host: ownHost,
}: Pick<Config, 'environment' | 'allowedOrigins' | 'host'>): HostRefusal {
  if (environment !== 'development' || allowedOrigins.includes(anyOrigin)) return () => null;
  const listed = new Set([ownHost, ...allowedOrigins.map((origin) => new URL(origin).hostname)]);
  return ({ host, origin }) => {
    // HTTP/1.0 has no `Host`. Browsers always send it.
    if (host === undefined || origin?.startsWith('https:')) return null;
    const name = urlOfHost(host, 'http:')?.hostname;
    if (name !== undefined && (isLocal(name) || listed.has(name))) return null;
    return new AppError(
      'forbidden',
      `In development, the server only answers requests to localhost and to IP addresses, not to ${host}. Set FRONTEND_URL or CORS_ORIGIN to http://${host}, or NODE_ENV to production.`,
    );
  };
}

/** Names below `.localhost` always mean this machine (RFC 6761, 6.3). */
const isLocal = (name: string): boolean =>
  name === 'localhost' || name.endsWith('.localhost') || isIP(name.replace(/^\[|\]$/g, '')) !== 0;
