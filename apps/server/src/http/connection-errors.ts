import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyServerOptions } from 'fastify';
import { failureBody } from './error-replies.ts';

type ConnectionError = Parameters<NonNullable<FastifyServerOptions['clientErrorHandler']>>[0];

/** By Node's code of the failure; any other one is of bytes that are no HTTP. */
const refusals: Readonly<Record<string, readonly [status: number, message: string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'The URL and the headers of the request are larger than 16 KB.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request did not come whole in time.'],
};
const noHttp = [400, 'The request is malformed.'] as const;

/**
 * Answers what Node refuses before it is a request, in the shape of every failure, and closes the connection, as Node
 * would. `path` is empty where it can't be read. Held by errors.test.ts.
 */
export function answerConnectionError(error: ConnectionError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  if (socket.writable) {
    const [statusCode, message] = refusals[error.code] ?? noHttp;
    const body = JSON.stringify(failureBody({ statusCode, path: pathOf(error), message }));
    socket.write(
      `HTTP/1.1 ${statusCode} ${STATUS_CODES[statusCode]}\r\nConnection: close\r\n` +
        'Content-Type: application/json; charset=utf-8\r\n' +
        `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
  }
  socket.destroy(error);
}

/** Without its query, which may hold what was searched for. A request that did not come in time has left no bytes. */
function pathOf({ rawPacket }: Partial<ConnectionError>): string {
  const bytes: unknown = rawPacket;
  const start = Buffer.isBuffer(bytes) ? bytes.toString('latin1') : '';
  return /^[A-Z]+ (?<path>\/[^ ?\r\n]*)/.exec(start)?.groups?.path ?? '';
}
