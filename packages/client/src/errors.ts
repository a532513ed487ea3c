import type { InputIssue } from '@paydeck/api/errors';
import type { AppRouter } from '@paydeck/api/router';
import type { SecondFactorRequest } from '@paydeck/api/second-factor-schema';
import { isReason, type Reason } from '@paydeck/contract/reasons';
import { isTRPCClientError } from '@trpc/client';

/** The server was not reached, did not answer in time, or something in front of it answered in its place. */
export class TransportError extends Error {
  override readonly name = 'TransportError';
  /** The HTTP status of an answer that is not from Paydeck; null when there was no answer. */
  readonly status: number | null;

  constructor(message: string, status: number | null, cause?: unknown) {
    super(message, { cause });
    this.status = status;
  }
}

/**
 * Why the server refused a call. Null for every other error: a network failure, an abort, a proxy's answer, a bug, and a
 * reason that only a newer server knows.
 */
export function reasonOf(error: unknown): Reason | null {
  const reason: unknown = isTRPCClientError<AppRouter>(error) ? error.data?.reason : undefined;
  return isReason(reason) ? reason : null;
}

/** The fields of the input that are invalid, for the reason `invalid_input`; empty for every other error. */
export function issuesOf(error: unknown): readonly InputIssue[] {
  return (isTRPCClientError<AppRouter>(error) && error.data?.issues) || [];
}

/** How to complete a sign-in that was rejected with `second_factor_required`; null for every other error. */
export function secondFactorOf(error: unknown): SecondFactorRequest | null {
  return (isTRPCClientError<AppRouter>(error) && error.data?.secondFactor) || null;
}

/**
 * Whether the same call may succeed in a moment: the server was not reached, is starting or stopping, or has lost its
 * database. By then the client has already retried queries and payment writes on its own.
 */
export function isRetryable(error: unknown): boolean {
  const status = statusOf(error);
  return status === 'unreachable' || status === 502 || status === 503 || status === 504;
}

/**
 * Whether the same call may succeed later: `isRetryable`, or the server has refused it with `too_many_requests`, which
 * the client does not retry on its own.
 */
export function isTransient(error: unknown): boolean {
  return isRetryable(error) || reasonOf(error) === 'too_many_requests';
}

/** Whether Paydeck itself, and not a proxy in front of it, answered with HTTP status 401. */
export function isUnauthorized(error: unknown): boolean {
  return isTRPCClientError<AppRouter>(error) && error.data?.httpStatus === 401;
}

/** The HTTP status that an error stands for; null when it came from neither a server nor the network. */
function statusOf(error: unknown): number | 'unreachable' | null {
  if (error instanceof TransportError) return error.status ?? 'unreachable';
  if (!isTRPCClientError<AppRouter>(error)) return null;
  if (error.data) return error.data.httpStatus;
  return error.cause instanceof TransportError ? statusOf(error.cause) : null;
}
