import { DatabaseUnavailableError } from '@paydeck/db/connection';
import { TRPCError } from '@trpc/server';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import { z } from 'zod';

/** Why a call was refused, and the tRPC code (so the HTTP status) it maps to. Clients get the key as `data.reason`. */
export const reasons = {
  invalid_input: 'BAD_REQUEST',
  invalid_cursor: 'BAD_REQUEST',
  not_signed_in: 'UNAUTHORIZED',
  invalid_credentials: 'UNAUTHORIZED',
  token_expired: 'UNAUTHORIZED',
  token_invalid: 'UNAUTHORIZED',
  session_ended: 'UNAUTHORIZED',
  api_key_invalid: 'UNAUTHORIZED',
  forbidden: 'FORBIDDEN',
  payment_not_found: 'NOT_FOUND',
  user_not_found: 'NOT_FOUND',
  api_key_not_found: 'NOT_FOUND',
  not_found: 'NOT_FOUND',
  method_not_supported: 'METHOD_NOT_SUPPORTED',
  payment_already_settled: 'CONFLICT',
  username_taken: 'CONFLICT',
  last_admin: 'CONFLICT',
  payload_too_large: 'PAYLOAD_TOO_LARGE',
  unsupported_media_type: 'UNSUPPORTED_MEDIA_TYPE',
  idempotency_key_reused: 'UNPROCESSABLE_CONTENT',
  too_many_requests: 'TOO_MANY_REQUESTS',
  client_closed: 'CLIENT_CLOSED_REQUEST',
  database_unavailable: 'SERVICE_UNAVAILABLE',
  shutting_down: 'SERVICE_UNAVAILABLE',
  internal: 'INTERNAL_SERVER_ERROR',
} as const satisfies Record<string, TRPCError['code']>;

export type Reason = keyof typeof reasons;

/** One problem of an input: `path` names the field, as in `payments.3.amountMinor`. */
export type InputIssue = { path: string; message: string };

/** A refusal whose message is written for the caller: it says what to do, and holds nothing internal. */
export class AppError extends TRPCError {
  readonly reason: Reason;
  readonly issues: readonly InputIssue[];

  constructor(
    reason: Reason,
    message: string,
    options: { cause?: unknown; issues?: readonly InputIssue[] } = {},
  ) {
    super({ code: reasons[reason], message, cause: options.cause });
    this.reason = reason;
    this.issues = options.issues ?? [];
  }

  get httpStatus(): number {
    return getHTTPStatusCodeFromError(this);
  }
}

const ownErrorsOfTrpc: Partial<Record<TRPCError['code'], [Reason, string]>> = {
  PARSE_ERROR: ['invalid_input', 'The request body is not valid JSON.'],
  BAD_REQUEST: ['invalid_input', 'The request is malformed.'],
  NOT_FOUND: ['not_found', 'There is no such procedure.'],
  METHOD_NOT_SUPPORTED: ['method_not_supported', 'Queries are sent with GET, mutations with POST.'],
  PAYLOAD_TOO_LARGE: ['payload_too_large', 'The request is too large.'],
  UNSUPPORTED_MEDIA_TYPE: ['unsupported_media_type', 'Send the body as application/json.'],
  CLIENT_CLOSED_REQUEST: ['client_closed', 'The client went away.'],
};

/**
 * What a caller may learn of any error. Messages of errors that are not ours are replaced: a database error's
 * holds the statement and its parameters.
 */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof DatabaseUnavailableError) {
    return new AppError(
      'database_unavailable',
      'The database is unavailable just now. Try again; a write with its idempotency key.',
      { cause: error },
    );
  }
  if (error instanceof TRPCError) {
    if (error.cause instanceof z.ZodError && error.code === 'BAD_REQUEST') {
      const { cause } = error;
      const issues = cause.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
      return invalidInput(issues, { cause });
    }
    const known = ownErrorsOfTrpc[error.code];
    if (known !== undefined && !(error.cause instanceof z.ZodError))
      return new AppError(...known, { cause: error });
    if (error.cause !== undefined && error.code === 'INTERNAL_SERVER_ERROR') return toAppError(error.cause);
  }
  return new AppError('internal', 'Something went wrong on the server. The failure was logged.', {
    cause: error,
  });
}

/** The refusal of an input, whose message names each field with its problem. */
export function invalidInput(issues: readonly InputIssue[], options: { cause?: unknown } = {}): AppError {
  const message = issues
    .map((issue) => (issue.path ? `${issue.path}: ${issue.message}` : issue.message))
    .join('; ');
  return new AppError('invalid_input', message, { ...options, issues });
}
