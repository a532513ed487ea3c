import type { Context } from '@paydeck/api/context';
import type { ApiSettings } from '@paydeck/api/settings';
import {
  type AnyMutationProcedure,
  type AnyQueryProcedure,
  type inferProcedureInput,
  type inferProcedureOutput,
  TRPCError,
} from '@trpc/server';
import type { z } from 'zod';
import { callProcedure } from '../calls/call-procedure.ts';
import { inMajorUnits } from './major-units.ts';
import { jsonFromQuery } from './query.ts';
import { restError } from './rest-error.ts';

/** The parts of a request, parsed by the operation's schemas. */
type ParsedRequest<P, Q, B> = { params: P; query: Q; body: B };

/**
 * Calls a procedure on behalf of the user who sent the request. `readInput` runs when the procedure reads its input, which
 * is after it has checked the user's rights, so that strangers learn nothing about inputs.
 */
type Call<P, Q, B> = <T extends AnyQueryProcedure | AnyMutationProcedure>(
  procedure: T,
  readInput: (request: ParsedRequest<P, Q, B>) => inferProcedureInput<T>,
) => Promise<inferProcedureOutput<T>>;

type Handler<P, Q, B, R> = (tools: { call: Call<P, Q, B>; settings: ApiSettings }) => Promise<R>;

/** The documentation of an operation. The procedure decides who may call it and what is valid. */
export type OperationDocs = {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below `/api`, in Fastify's notation: `/payments/:id`. */
  path: string;
  tag: 'auth' | 'payments' | 'stats' | 'users' | 'sessions' | 'api-keys' | 'audit';
  summary: string;
  description?: string;
  /** The callers that the procedure accepts. Tested by access.test.ts. */
  access: 'anyone' | 'signed-in' | 'admin';
  status: 200 | 201 | 204;
  /** When the operation is refused, by status. The other fields imply further refusals, which are not repeated here. */
  refusals?: Readonly<Record<number, string>>;
  takesIdempotencyKey?: true;
  /** Whether a caller that has the current reply gets 304 instead (etag.ts). */
  hasEtag?: true;
  example?: { body?: unknown; reply?: unknown };
};

/** The refusals of an operation that may have to look at many payments. */
export const longReadRefusals = {
  422: 'The filter would need to look at too many payments.',
  429: 'Too many searches are running.',
};

type RawRequest = { params: unknown; query: unknown; body: unknown };

export type Operation = OperationDocs & {
  params?: z.ZodObject | undefined;
  query?: z.ZodObject | undefined;
  body?: z.ZodType | undefined;
  /** The output of the procedure, in minor units; null for a reply without a body. */
  reply: z.ZodType | null;
  /** Rejects with an `AppError` that names the fields of the REST shape. */
  answer(request: RawRequest, context: Context): Promise<unknown>;
};

/** Defines one route: its documentation, the schemas of its request, and the procedure that it calls. */
export function operation<
  R extends z.ZodType = z.ZodVoid,
  P extends z.ZodObject = z.ZodObject,
  Q extends z.ZodObject = z.ZodObject,
  B extends z.ZodType = z.ZodUnknown,
>({
  handle,
  ...docs
}: OperationDocs & {
  params?: P;
  query?: Q;
  body?: B;
  reply: R | null;
  handle: Handler<z.output<P>, z.output<Q>, z.output<B>, z.output<R>>;
}): Operation {
  const { params, query, body } = docs;
  return {
    ...docs,
    answer: async (request, context) => {
      const parsed: ParsedRequest<z.output<P>, z.output<Q>, z.output<B>> = {
        get params() {
          return read(params, request.params);
        },
        get query() {
          return read(query, jsonFromQuery(request.query));
        },
        get body() {
          return read(body, request.body);
        },
      };
      const call: Call<z.output<P>, z.output<Q>, z.output<B>> = (procedure, readInput) =>
        callProcedure(procedure, {
          path: `${docs.method} /api${docs.path}`,
          context,
          readInput: () => readInput(parsed),
        });
      try {
        return inMajorUnits(await handle({ call, settings: context.settings }));
      } catch (error) {
        throw restError(error);
      }
    },
  };
}

/** Parses a part of a request, or rejects it with the error that a procedure throws for its input. */
export function read<T extends z.ZodType>(schema: T | undefined, value: unknown): z.output<T> {
  if (schema === undefined)
    throw new Error('The operation must declare a schema for each part of the request that it reads.');
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new TRPCError({ code: 'BAD_REQUEST', cause: parsed.error });
  return parsed.data;
}
