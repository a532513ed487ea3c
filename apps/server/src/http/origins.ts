import type { IncomingHttpHeaders } from 'node:http';
import { anyOrigin } from '../config/any-origin.ts';

/**
 * Whether a request comes from the server's own page, from a page of a listed origin, or from a program, which sends no
 * `Origin`. This protects users of browsers only: a program can send any `Origin`.
 *
 * The server's own origin is that of the `Host` header. A host in capitals or with the default port of the page's scheme is
 * the same origin (RFC 6454, 4; RFC 9110, 4.2.3): some proxies write `Host` so.
 */
export function isOwnOrListed({ origin, host }: IncomingHttpHeaders, listed: readonly string[]): boolean {
  if (origin === undefined || listed.includes(origin)) return true;
  if (!URL.canParse(origin)) return false;
  const { origin: page, protocol } = new URL(origin);
  // An opaque origin, such as that of a file, is `null`, and equals no other.
  return page !== 'null' && urlOfHost(host, protocol)?.origin === page;
}

/** The URL of a `Host` header; null if the header is not a host with or without a port (RFC 9110, 7.2). */
export function urlOfHost(host: string | undefined, protocol: string): URL | null {
  if (host === undefined || !/^[^\s/\\?#@]+$/.test(host)) return null;
  const url = `${protocol}//${host}`;
  return URL.canParse(url) ? new URL(url) : null;
}

/** Whether pages of an origin may read the server's responses (CORS). */
export const isListed = (origin: string | undefined, listed: readonly string[]): boolean =>
  listed.includes(anyOrigin) || (origin !== undefined && listed.includes(origin));
