import { AppError, toAppError } from '@paydeck/api/errors';
import { shortPath } from '@paydeck/api/refusal-size';
import { appRouter } from '@paydeck/api/router';
import { getErrorShape, transformTRPCResponse } from '@trpc/server';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { requestLimits } from './request-limits.ts';

/** Answers every failure outside tRPC as specified: `{statusCode, timestamp, path, message}`. */
export function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler<FastifyError>(answerError);
}

/** Answers a request that no route matches. */
export const answerNotFound = (request: FastifyRequest, to: FastifyReply) =>
  reply(request, to, noSuchRoute(request));

export const noSuchRoute = ({ method, url }: FastifyRequest): AppError =>
  new AppError('not_found', `There is no route ${method} ${url.split('?')[0]}.`);

/** Answers a failure, even one that occurs before Fastify knows the route. */
export function answerError(error: FastifyError, request: FastifyRequest, to: FastifyReply) {
  const appError = fromFastify(error) ?? toAppError(error);
  if (appError.httpStatus >= 500) request.log.error({ err: error }, 'request failed');
  return reply(request, to, appError);
}

function reply(request: FastifyRequest, to: FastifyReply, error: AppError) {
  const path = request.url.split('?')[0] ?? '';
  const { httpStatus, message, retryAfterSeconds, secondFactor } = error;
  // RFC 9110, 11.6.1 requires it.
  if (httpStatus === 401) to.header('www-authenticate', 'Bearer');
  if (retryAfterSeconds !== null) to.header('retry-after', retryAfterSeconds);
  return to
    .status(httpStatus)
    .header('x-request-id', request.id)
    .send(
      path.startsWith('/trpc/')
        ? trpcError(error)
        : {
            ...failureBody({ statusCode: httpStatus, path, message }),
            ...(secondFactor && { secondFactor }),
          },
    );
}

/** The body of a failure, with its fields in the specified order. `path` has no query string, and is cut if it is long. */
export const failureBody = ({
  statusCode,
  path,
  message,
}: {
  statusCode: number;
  path: string;
  message: string;
}) => ({ statusCode, timestamp: new Date().toISOString(), path: shortPath(path), message });

/** A tRPC error body, so that a tRPC client finds the reason when a call was refused before tRPC saw it. */
function trpcError(error: AppError) {
  const config = appRouter._def._config;
  const call = { type: 'unknown', path: undefined, input: undefined, ctx: undefined } as const;
  return transformTRPCResponse(config, { error: getErrorShape({ config, error, ...call }) });
}

/** The refusal for one of Fastify's own errors; null for any other error. */
function fromFastify({ code }: FastifyError): AppError | null {
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return new AppError(
      'payload_too_large',
      `The request body must not be larger than ${requestLimits.bodyMegabytes} MB.`,
    );
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return new AppError('unsupported_media_type', 'Send the body as application/json.');
  }
  if (code === 'FST_ERR_BAD_URL' || code === 'FST_ERR_MAX_PARAM_LENGTH') {
    return new AppError('invalid_input', 'The URL is malformed, or part of it is too long.');
  }
  if (code === 'FST_ERR_CTP_INVALID_JSON_BODY') {
    return new AppError('invalid_input', 'The request body is not valid JSON.');
  }
  if (code?.startsWith('FST_ERR_CTP_')) {
    return new AppError('invalid_input', 'The request is malformed.');
  }
  return null;
}
