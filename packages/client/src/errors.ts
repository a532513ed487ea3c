import type { InputIssue } from '@paydeck/api/errors';
import type { AppRouter } from '@paydeck/api/router';
import type { Reason } from '@paydeck/contract/reasons';
import { isTRPCClientError } from '@trpc/client';
import { TransportError } from './calls/transport.ts';

/** Every reason of the server, spelled again because the client holds no server code; a missing one does not compile. */
const knownReasons: Record<Reason, true> = {
  invalid_input: true,
  invalid_cursor: true,
  not_signed_in: true,
  invalid_credentials: true,
  token_expired: true,
  token_invalid: true,
  session_ended: true,
  api_key_invalid: true,
  forbidden: true,
  payment_not_found: true,
  user_not_found: true,
  api_key_not_found: true,
  not_found: true,
  method_not_supported: true,
  payment_already_settled: true,
  username_taken: true,
  last_admin: true,
  payload_too_large: true,
  unsupported_media_type: true,
  idempotency_key_reused: true,
  too_many_requests: true,
  client_closed: true,
  database_unavailable: true,
  shutting_down: true,
  internal: true,
};

/**
 * Why the server refused a call. Null for what is no refusal of this API: a network failure, an abort, a proxy's
 * answer, any other error, and a reason that only a newer server knows.
 */
export function reasonOf(error: unknown): Reason | null {
  const reason: unknown = isTRPCClientError<AppRouter>(error) ? error.data?.reason : undefined;
  return isReason(reason) ? reason : null;
}

/** What is wrong with which field of the input, for `invalid_input`; empty for every other error. */
export function issuesOf(error: unknown): readonly InputIssue[] {
  return (isTRPCClientError<AppRouter>(error) && error.data?.issues) || [];
}

/**
 * Whether the same call may succeed in a moment: the server was not reached, is starting, stopping, or without its
 * database. The client has then already retried every query and every payment write by itself.
 */
export function isRetryable(error: unknown): boolean {
  const status = statusOf(error);
  if (status === 'unreachable') return true;
  return status === 502 || status === 503 || status === 504;
}

/** Whether this API itself, and not a proxy in front of it, answered with HTTP status 401. */
export function isUnauthorized(error: unknown): boolean {
  return isTRPCClientError<AppRouter>(error) && error.data?.httpStatus === 401;
}

/** The HTTP status that an error stands for; null when it came from no server and no network. */
function statusOf(error: unknown): number | 'unreachable' | null {
  if (error instanceof TransportError) return error.status ?? 'unreachable';
  if (!isTRPCClientError<AppRouter>(error)) return null;
  if (error.data) return error.data.httpStatus;
  return error.cause instanceof TransportError ? statusOf(error.cause) : null;
}

function isReason(value: unknown): value is Reason {
  return typeof value === 'string' && Object.hasOwn(knownReasons, value);
}
