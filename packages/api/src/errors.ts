import { type Reason, reasons } from '@paydeck/contract/reasons';
import {
  CallerLeftError,
  DatabaseUnavailableError,
  DiskFullError,
  OverloadedError,
  QueryTooExpensiveError,
  TooManyQueriesError,
} from '@paydeck/db/connection';
import { TRPCError } from '@trpc/server';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import { z } from 'zod';
import { maxNamedIssues, namedIssues, shortMessage } from './refusal-size.ts';
import type { SecondFactorRequest } from './second-factor/schema.ts';

/**
 * One problem of an input. `path` names the field, as in `payments.3.amountMinor`; it is empty for the input as a whole.
 * `message` continues the path to a sentence: "must be greater than 0".
 */
export type InputIssue = { path: string; message: string };

/**
 * An error that the caller may see. Its message is written for the caller, and says what to do. It stays small, whatever the
 * caller sent: a long message is cut, and `issues` names five problems at most. Tested by refusal-size.test.ts.
 */
export class AppError extends TRPCError {
  readonly reason: Reason;
  readonly issues: readonly InputIssue[];
  /** How many problems the input has, including those that `issues` does not name. */
  readonly issueCount: number;
  /** When the same call may succeed, for a refusal that passes. HTTP sends it as `Retry-After`. */
  readonly retryAfterSeconds: number | null;
  /** For `second_factor_required`: how to complete the sign-in. */
  readonly secondFactor: SecondFactorRequest | null;

  constructor(
    reason: Reason,
    message: string,
    options: {
      cause?: unknown;
      issues?: readonly InputIssue[];
      issueCount?: number;
      retryAfterSeconds?: number;
      secondFactor?: SecondFactorRequest;
    } = {},
  ) {
    super({ code: reasons[reason], message: shortMessage(message), cause: options.cause });
    const { issues = [] } = options;
    this.reason = reason;
    this.issues = namedIssues(issues);
    this.issueCount = options.issueCount ?? issues.length;
    this.retryAfterSeconds = options.retryAfterSeconds ?? retryAfterSeconds[reason] ?? null;
    this.secondFactor = options.secondFactor ?? null;
  }

  get httpStatus(): number {
    return getHTTPStatusCodeFromError(this);
  }
}

/** When to try again after a refusal that does not say it itself. */
const retryAfterSeconds: Partial<Record<Reason, number>> = {
  too_many_requests: 2,
  database_unavailable: 2,
  overloaded: 2,
  disk_full: 10,
  shutting_down: 2,
};

/** tRPC's own errors, in our words. */
const trpcErrors: Partial<Record<TRPCError['code'], [Reason, string]>> = {
  PARSE_ERROR: ['invalid_input', 'The request body is not valid JSON.'],
  BAD_REQUEST: ['invalid_input', 'The request is malformed.'],
  NOT_FOUND: ['not_found', 'There is no such procedure.'],
  METHOD_NOT_SUPPORTED: ['method_not_supported', 'Send queries with GET and mutations with POST.'],
  PAYLOAD_TOO_LARGE: ['payload_too_large', 'The request is too large.'],
  UNSUPPORTED_MEDIA_TYPE: ['unsupported_media_type', 'Send the body as application/json.'],
  CLIENT_CLOSED_REQUEST: ['client_closed', 'The client closed the request.'],
};

/**
 * Turns any error into one that the caller may see. The messages of unknown errors are replaced: a database error's
 * message holds the SQL statement and its parameters.
 */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof DiskFullError) {
    return new AppError(
      'disk_full',
      'The disk of the database is full, so nothing can be saved. Ask the operator of the server to free space, then repeat ' +
        'the call, a write with its idempotency key.',
      { cause: error },
    );
  }
  if (error instanceof DatabaseUnavailableError) {
    return new AppError(
      'database_unavailable',
      'The database is unavailable. Try again in a moment. Repeat a write with its idempotency key.',
      { cause: error },
    );
  }
  if (error instanceof QueryTooExpensiveError) {
    return new AppError(
      'query_too_expensive',
      'This needs to look at too many payments. Narrow the filter, for example by a range of time or a longer search.',
      { cause: error },
    );
  }
  if (error instanceof TooManyQueriesError) {
    return new AppError('too_many_requests', 'Too many searches are running. Try again in a few seconds.', {
      cause: error,
    });
  }
  if (error instanceof OverloadedError) {
    return new AppError('overloaded', 'The server is busy. Try again in a few seconds.', { cause: error });
  }
  if (error instanceof CallerLeftError)
    return new AppError('client_closed', 'The client closed the request.', { cause: error });
  if (error instanceof TRPCError) {
    if (error.cause instanceof z.ZodError && error.code === 'BAD_REQUEST') {
      const { cause } = error;
      const issues = cause.issues
        .slice(0, maxNamedIssues)
        .map(({ path, message }) => ({ path: path.join('.'), message }));
      return invalidInput(issues, { cause, issueCount: cause.issues.length });
    }
    const known = trpcErrors[error.code];
    if (known !== undefined && !(error.cause instanceof z.ZodError))
      return new AppError(...known, { cause: error });
    if (error.cause !== undefined && error.code === 'INTERNAL_SERVER_ERROR') return toAppError(error.cause);
  }
  return new AppError('internal', 'Something went wrong on the server. Its log has the details.', {
    cause: error,
  });
}

/**
 * An `invalid_input` error. Its message joins the issues: "amountMinor must be greater than 0; currency must be …". If
 * `issueCount` is larger than the number of issues, the message counts the others.
 */
export function invalidInput(
  issues: readonly InputIssue[],
  { cause, issueCount = issues.length }: { cause?: unknown; issueCount?: number } = {},
): AppError {
  const named = namedIssues(issues);
  const sentences = named.map((issue) => `${issue.path || 'the input'} ${issue.message}`);
  const others = issueCount - named.length;
  const rest = others > 0 ? `; and ${others} more problem${others === 1 ? '' : 's'}.` : '.';
  const message = shortMessage(sentences.join('; ').replace(/^the input/, 'The input'), rest);
  return new AppError('invalid_input', message, { cause, issues, issueCount });
}
