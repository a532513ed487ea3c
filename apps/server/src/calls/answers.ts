import { appRouter } from '@paydeck/api/router';
import type { Reason } from '@paydeck/contract/reasons';
import { getErrorShape, getTRPCErrorFromUnknown, type TRPCError } from '@trpc/server';
import type { FastifyBaseLogger } from 'fastify';
import type { Called } from './call-procedure.ts';

const config = appRouter._def._config;
const { serialize } = config.transformer.output;

/** The JSON of outputs, for as long as they exist: an answer that many callers share is encoded once. */
const encoded = new WeakMap<object, string>();

/** A procedure's output as clients get it, in superjson. The output must not change afterwards. */
export function outputJson(output: unknown): string {
  if (typeof output !== 'object' || output === null) return JSON.stringify(serialize(output));
  const json = encoded.get(output) ?? JSON.stringify(serialize(output));
  encoded.set(output, json);
  return json;
}

/** Why a call failed. `json` is the error as clients get it, in superjson. */
export type Failure = {
  error: TRPCError;
  reason: Reason;
  httpStatus: number;
  retryAfterSeconds: number | undefined;
  json: string;
};

export function failureOf(cause: unknown, { path, type }: Called): Failure {
  const error = getTRPCErrorFromUnknown(cause);
  const shape = getErrorShape({ config, error, path, type, input: undefined, ctx: undefined });
  const { reason, httpStatus, retryAfterSeconds } = shape.data;
  return { error, reason, httpStatus, retryAfterSeconds, json: JSON.stringify(serialize(shape)) };
}

/** Logs a failed call. A fault of the server is an error, with its stack; a refusal is not. */
export function logFailure(
  log: FastifyBaseLogger,
  { error, reason, httpStatus }: Pick<Failure, 'error' | 'reason' | 'httpStatus'>,
  { path, call }: { path: string | undefined; call: 'call' | 'call over ws' },
): void {
  if (httpStatus >= 500) log.error({ err: error, path, reason }, `${call} failed`);
  else log.info({ path, reason }, `${call} refused`);
}
