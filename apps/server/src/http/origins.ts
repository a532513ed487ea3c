import type { IncomingHttpHeaders } from 'node:http';
import { anyOrigin } from '../config/any-origin.ts';

/**
 * Whether a request comes from the server's own page, from a page of a listed origin, or from a program, which sends no
 * `Origin`. This protects users of browsers only: a program can send any `Origin`.
 */
export function isOwnOrListed({ origin, host }: IncomingHttpHeaders, listed: readonly string[]): boolean {
  if (origin === undefined || listed.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}

/** Whether pages of an origin may read the server's responses (CORS). */
export const isListed = (origin: string | undefined, listed: readonly string[]): boolean =>
  listed.includes(anyOrigin) || (origin !== undefined && listed.includes(origin));
