import type { FastifyBaseLogger, FastifyRequest } from 'fastify';
import { pino } from 'pino';
import { loggedError } from './logged-error.ts';

/** Logs JSON lines to standard output, without tokens, passwords, inputs or rows. Tested by request-log.test.ts. */
export const createLogger = (level: string): FastifyBaseLogger =>
  pino({
    level,
    redact: ['req.headers.authorization', 'req.headers.cookie', 'token', 'password'],
    serializers: {
      err: loggedError,
      // Without the query string, which holds the input of a tRPC call.
      req: (req: FastifyRequest) => ({
        method: req.method,
        path: req.url?.split('?')[0],
        remoteAddress: req.ip,
      }),
    },
  });
