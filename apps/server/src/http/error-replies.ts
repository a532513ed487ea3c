import { AppError, toAppError } from '@paydeck/api/errors';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Every failure outside tRPC is answered as the specification has it: `{statusCode, timestamp, path, message}`. */
export function answerErrors(app: FastifyInstance): void {
  const reply = (request: FastifyRequest, to: FastifyReply, { httpStatus, message }: AppError) =>
    to.status(httpStatus).send({
      statusCode: httpStatus,
      timestamp: new Date().toISOString(),
      path: request.url.split('?')[0],
      message,
    });
  app.setErrorHandler<FastifyError>((error, request, to) => {
    const shown = ownErrorsOfFastify(error) ?? toAppError(error);
    if (shown.httpStatus >= 500) request.log.error({ err: error }, 'request failed');
    return reply(request, to, shown);
  });
  app.setNotFoundHandler((request, to) =>
    reply(
      request,
      to,
      new AppError('not_found', `There is no ${request.method} ${request.url.split('?')[0]}.`),
    ),
  );
}

function ownErrorsOfFastify({ code }: FastifyError): AppError | null {
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return new AppError('payload_too_large', 'The request is too large.');
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return new AppError('unsupported_media_type', 'Send the body as application/json.');
  }
  if (code?.startsWith('FST_ERR_CTP_') || code === 'FST_ERR_BAD_URL') {
    return new AppError('invalid_input', 'The request is malformed.');
  }
  return null;
}
