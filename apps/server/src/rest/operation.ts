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
import { inMajorUnits } from './major-units.ts';
import { jsonFromQuery } from './query.ts';
import { restError } from './rest-error.ts';

/** What came with a request, read by the operation's own schemas. */
type Given<P, Q, B> = { params: P; query: Q; body: B };

/**
 * Calls a procedure as whoever sent the request. The input is read when the procedure asks for it, which is after it
 * asked who calls: a stranger learns nothing about inputs.
 */
type Call<P, Q, B> = <T extends AnyQueryProcedure | AnyMutationProcedure>(
  procedure: T,
  readInput: (given: Given<P, Q, B>) => inferProcedureInput<T>,
) => Promise<inferProcedureOutput<T>>;

type Handler<P, Q, B, R> = (tools: { call: Call<P, Q, B>; settings: ApiSettings }) => Promise<R>;

/** What the documentation says of an operation; nothing here decides who may call, or what is valid. */
export type OperationDocs = {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below `/api`, as Fastify has it: `/payments/:id`. */
  path: string;
  tag: 'auth' | 'payments' | 'stats' | 'users' | 'api-keys';
  summary: string;
  description?: string;
  /** Whom the procedure lets in. Held by access.test.ts. */
  access: 'anyone' | 'signed-in' | 'admin';
  status: 200 | 201 | 204;
  /** Refusals beyond those that follow from the rest, and when they come. */
  refusals?: Readonly<Record<number, string>>;
  takesIdempotencyKey?: true;
  example?: { body?: unknown; reply?: unknown };
};

type Raw = { params: unknown; query: unknown; body: unknown };

export type Operation = OperationDocs & {
  params?: z.ZodObject | undefined;
  query?: z.ZodObject | undefined;
  body?: z.ZodType | undefined;
  /** As the procedure answers, in minor units; null for an answer without a body. */
  reply: z.ZodType | null;
  /** Rejects with an `AppError` that names the fields of the REST shape. */
  answer(request: Raw, context: Context): Promise<unknown>;
};

/** One route: its documentation, the shapes that it reads, and the procedure that it calls. */
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
      const given: Given<z.output<P>, z.output<Q>, z.output<B>> = {
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
        procedure({
          ctx: context,
          getRawInput: async () => readInput(given),
          path: `${docs.method} /api${docs.path}`,
          type: procedure._def.type,
          signal: undefined,
          batchIndex: 0,
        });
      try {
        return inMajorUnits(await handle({ call, settings: context.settings }));
      } catch (error) {
        throw restError(error);
      }
    },
  };
}

/** Reads a part of a request by its shape, or refuses it as a procedure refuses its own input. */
export function read<T extends z.ZodType>(schema: T | undefined, value: unknown): z.output<T> {
  if (schema === undefined) throw new Error('This operation declares no such part of a request.');
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new TRPCError({ code: 'BAD_REQUEST', cause: parsed.error });
  return parsed.data;
}
