import { type Reason, reasons } from '@paydeck/contract/reasons';
import { DatabaseUnavailableError } from '@paydeck/db/connection';
import { TRPCError } from '@trpc/server';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import { z } from 'zod';

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
