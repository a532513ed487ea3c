import type { IncomingHttpHeaders } from 'node:http';
import { anyOrigin } from '../config/any-origin.ts';

/**
 * Whether a request comes from a program, which sends no `Origin`, from a page of the server's own, or from one of a
 * listed origin. Browsers alone can be held to that: a program sends what it likes.
 */
export function isOwnOrListed({ origin, host }: IncomingHttpHeaders, listed: readonly string[]): boolean {
  if (origin === undefined || listed.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}

/** Whether pages of an origin may read what the server answers (CORS). */
export const isListed = (origin: string | undefined, listed: readonly string[]): boolean =>
  listed.includes(anyOrigin) || (origin !== undefined && listed.includes(origin));
