import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * A hook that lets callers keep a reply and ask whether it is still current: the reply has an `ETag`, and a request whose
 * `If-None-Match` has it is answered with 304 and without a body (RFC 9110, 8.8.3 and 13.1.2). Stats have their `asOf` in the
 * body, so the same `ETag` also says that no event has happened. Caches must ask every time, with the caller's token.
 */
export async function notModified(
  request: FastifyRequest,
  reply: FastifyReply,
  body: unknown,
): Promise<unknown> {
  if (reply.statusCode !== 200 || typeof body !== 'string') return body;
  const etag = `"${createHash('sha1').update(body).digest('base64url')}"`;
  reply.headers({ etag, 'cache-control': 'private, no-cache' });
  if (!isListed(etag, request.headers['if-none-match'])) return body;
  reply.status(304).removeHeader('content-type');
  // A Content-Length must be that of the body which the caller keeps (RFC 9110, 8.6). For an empty text, Fastify would add one
  // of 0. For HEAD it measures the body and drops it.
  return request.method === 'HEAD' ? body : null;
}

/** Compares weakly, as proxies that compress replies mark their `ETag` as weak. */
function isListed(etag: string, ifNoneMatch = ''): boolean {
  const known = ifNoneMatch.split(',').map((text) => text.trim().replace(/^W\//, ''));
  return known.includes(etag) || known.includes('*');
}
