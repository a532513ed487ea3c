import { authenticate } from '@paydeck/api/authenticate';
import type { Context, Services } from '@paydeck/api/context';
import { AppError } from '@paydeck/api/errors';
import type { RefreshTokenCookie } from '@paydeck/api/refresh-token-cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { bearerToken } from './bearer-token.ts';
import type { CallerOf } from './caller.ts';

/** The context of one HTTP request, which may be a batch of calls. */
export function httpContext(
  services: Services,
  {
    request: { id: requestId, headers, raw },
    callerOf,
    calls,
    reply,
    refreshTokenCookie = null,
    streamTicket = null,
  }: {
    request: FastifyRequest;
    callerOf: CallerOf;
    calls: number;
    reply: FastifyReply;
    refreshTokenCookie?: RefreshTokenCookie | null;
    /** The ticket of a browser's event stream, which can't set headers. */
    streamTicket?: string | null;
  },
): Context {
  const idempotencyKey = headers['idempotency-key']?.toString() ?? null;
  if (idempotencyKey !== null && calls > 1) {
    throw new AppError(
      'invalid_input',
      'A batch must not have an idempotency-key header. Give each call its own key as input.idempotencyKey.',
    );
  }
  const token = bearerToken(headers.authorization);
  return {
    ...services,
    requestId,
    caller: callerOf(raw),
    signal: signalOf(reply),
    idempotencyKey,
    refreshTokenCookie,
    // Not for a batch: the header could not say which call it is about.
    ...(calls === 1 && { onReplay: () => void reply.header('idempotency-replayed', 'true') }),
    token,
    authenticate:
      token === null && streamTicket !== null
        ? once(() => services.streamTickets.redeem(streamTicket))
        : () => authenticate(services, token),
  };
}

/** A stream authenticates twice, once for its limits and once for its procedure, and its ticket can only be used once. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let value: Promise<T> | undefined;
  return () => {
    value ??= make();
    return value;
  };
}

/** Aborted when the client closes its connection before it has the reply. */
function signalOf({ raw }: FastifyReply): AbortSignal {
  const controller = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) controller.abort();
  });
  return controller.signal;
}
