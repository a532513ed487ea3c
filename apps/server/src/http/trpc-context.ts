import type { IncomingHttpHeaders } from 'node:http';
import { authenticate } from '@paydeck/api/authenticate';
import type { Context, RefreshTokenCookie, Services } from '@paydeck/api/context';
import { AppError } from '@paydeck/api/errors';
import type { FastifyReply } from 'fastify';
import { bearerToken } from './bearer-token.ts';

/** The context of one HTTP request, which may be a batch of calls. */
export function httpContext(
  services: Services,
  {
    requestId,
    headers,
    calls,
    reply,
    refreshTokenCookie = null,
    streamToken = null,
  }: {
    requestId: string;
    headers: IncomingHttpHeaders;
    calls: number;
    reply: FastifyReply;
    refreshTokenCookie?: RefreshTokenCookie | null;
    /** Of a browser's event stream, which can't set headers. */
    streamToken?: string | null;
  },
): Context {
  const idempotencyKey = headers['idempotency-key']?.toString() ?? null;
  if (idempotencyKey !== null && calls > 1) {
    throw new AppError(
      'invalid_input',
      'In a batch, give each call its key as input.idempotencyKey, not as a header.',
    );
  }
  return {
    ...services,
    requestId,
    idempotencyKey,
    refreshTokenCookie,
    // In a batch it would not say of which call.
    ...(calls === 1 && { onReplay: () => void reply.header('idempotency-replayed', 'true') }),
    authenticate: () => authenticate(services, bearerToken(headers.authorization) ?? streamToken),
  };
}
