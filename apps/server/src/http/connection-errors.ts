import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyServerOptions } from 'fastify';
import { failureBody } from './error-replies.ts';
import { requestLimits } from './request-limits.ts';

type ConnectionError = Parameters<NonNullable<FastifyServerOptions['clientErrorHandler']>>[0];

/** Status and message by Node's error code. */
const refusals: Readonly<Record<string, readonly [status: number, message: string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'The URL and the headers of a request must not be larger than 16 KB.'],
  ERR_HTTP_REQUEST_TIMEOUT: [
    408,
    `The request did not arrive completely within ${requestLimits.arrivalSeconds} seconds.`,
  ],
};
/** Status and message for bytes that are not HTTP. */
const malformed = [400, 'The request is malformed.'] as const;

/**
 * Answers what Node refuses before Fastify sees it, with the body that every failure has, and closes the connection as
 * Node would. `path` is empty when it can't be read. Tested by errors.test.ts.
 */
export function answerConnectionError(error: ConnectionError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  if (socket.writable) {
    const [statusCode, message] = refusals[error.code] ?? malformed;
    const body = JSON.stringify(failureBody({ statusCode, path: pathOf(error), message }));
    socket.write(
      `HTTP/1.1 ${statusCode} ${STATUS_CODES[statusCode]}\r\nConnection: close\r\n` +
        'Content-Type: application/json; charset=utf-8\r\n' +
        `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
  }
  socket.destroy(error);
}

/** Without the query string, which may hold search terms. A request that timed out has no bytes to read. */
function pathOf({ rawPacket }: Partial<ConnectionError>): string {
  const bytes: unknown = rawPacket;
  const start = Buffer.isBuffer(bytes) ? bytes.toString('latin1') : '';
  return /^[A-Z]+ (?<path>\/[^ ?\r\n]*)/.exec(start)?.groups?.path ?? '';
}
