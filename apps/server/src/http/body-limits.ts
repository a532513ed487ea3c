import type { IncomingMessage } from 'node:http';
import { Transform } from 'node:stream';
import { authenticate } from '@paydeck/api/authenticate';
import type { Services } from '@paydeck/api/context';
import { AppError, toAppError } from '@paydeck/api/errors';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { bearerToken } from './bearer-token.ts';
import { noSuchRoute } from './error-replies.ts';
import type { GiveWay } from './give-way.ts';
import { maxAnonymousBytes, maxBodyBytes, maxCallBytes, requestLimits } from './request-limits.ts';

/** The procedures that take many payments in one call. */
const bulkProcedures: ReadonlySet<string> = new Set(['payments.createMany', 'payments.import']);

/** How large a body may be, and the refusal of a larger one. */
type Allowance = { maxBytes: number; refusal: AppError };

/**
 * Refuses large bodies before they are read, and so before they are parsed: the server first finds out who sends them. Small
 * bodies pass without a look at the token, which their procedure checks anyway. Reasons: `payload_too_large`, `not_found`,
 * `forbidden`, and those of `authenticate`. Tested by body-limits.test.ts.
 */
export function limitBodies(app: FastifyInstance, services: Services, giveWay: GiveWay): void {
  app.addHook('preParsing', (request, reply, payload, done) => {
    const { 'content-length': declared, 'transfer-encoding': encoding } = request.headers;
    const declaredBytes = encoding === undefined ? Number(declared ?? 0) : null;
    if (declaredBytes !== null && declaredBytes <= maxAnonymousBytes) return done(null, payload);
    allowanceOf(request, services).then(({ maxBytes, refusal }) => {
      if (declaredBytes === null || declaredBytes > maxBodyBytes) reply.header('connection', 'close');
      // tRPC's adapter counts the bytes of a form, which it reads itself.
      if (isForm(request)) return done(null, payload);
      if (declaredBytes === null) return done(null, payload.pipe(countBytes(maxBytes, refusal)));
      return declaredBytes > maxBytes ? done(refusal) : done(null, payload);
    }, done);
  });
  app.addHook('onSend', ({ raw }, _reply, payload, done) => {
    const wasNotRead = !raw.complete && raw.readableFlowing === null;
    if (wasNotRead) void drop(raw, giveWay);
    done(null, payload);
  });
}

async function allowanceOf(request: FastifyRequest, services: Services): Promise<Allowance> {
  if (request.is404) return { maxBytes: maxAnonymousBytes, refusal: noSuchRoute(request) };
  const token = bearerToken(request.headers.authorization);
  try {
    const { role } = await authenticate(services, token);
    if (!isBulk(request))
      return { maxBytes: maxCallBytes, refusal: tooLarge(`${requestLimits.callKilobytes} kB`) };
    if (role === 'admin')
      return { maxBytes: maxBodyBytes, refusal: tooLarge(`${requestLimits.bodyMegabytes} MB`) };
    return { maxBytes: maxCallBytes, refusal: new AppError('forbidden', 'Only an admin may do this.') };
  } catch (error) {
    const refusal =
      token === null
        ? tooLarge(`${requestLimits.anonymousKilobytes} kB before you sign in`)
        : toAppError(error);
    return { maxBytes: maxAnonymousBytes, refusal };
  }
}

/**
 * Reads a body that nobody wanted, so that the caller can read the reply. Each piece is new memory, of which V8 collects the garbage,
 * so a large body gives way to calls.
 */
async function drop(body: IncomingMessage, giveWay: GiveWay): Promise<void> {
  try {
    for await (const piece of body) await giveWay.turn(piece.length);
  } catch {
    // The caller has left.
  }
}

const isForm = ({ headers }: FastifyRequest): boolean =>
  headers['content-type']?.startsWith('multipart/form-data') === true;

/** Whether one of the request's tRPC calls takes many payments. */
function isBulk({ params }: FastifyRequest): boolean {
  if (typeof params !== 'object' || params === null || !('path' in params)) return false;
  return String(params.path)
    .split(',')
    .some((path) => bulkProcedures.has(path));
}

const tooLarge = (limit: string) =>
  new AppError('payload_too_large', `The request body must not be larger than ${limit}.`);

/** Passes a body of unknown length on, and fails with the refusal when it gets too long. */
function countBytes(maxBytes: number, refusal: AppError): Transform {
  let bytes = 0;
  return new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      bytes += chunk.length;
      if (bytes > maxBytes) done(refusal);
      else done(null, chunk);
    },
  });
}
