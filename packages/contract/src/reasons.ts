/**
 * Why a call was refused, and the tRPC error code of each reason, which stands for its HTTP status. A client gets the
 * reason as `data.reason`.
 */
export const reasons = {
  invalid_input: 'BAD_REQUEST',
  invalid_cursor: 'BAD_REQUEST',
  not_signed_in: 'UNAUTHORIZED',
  invalid_credentials: 'UNAUTHORIZED',
  token_expired: 'UNAUTHORIZED',
  token_invalid: 'UNAUTHORIZED',
  ticket_invalid: 'UNAUTHORIZED',
  session_ended: 'UNAUTHORIZED',
  api_key_invalid: 'UNAUTHORIZED',
  second_factor_required: 'UNAUTHORIZED',
  second_factor_invalid: 'UNAUTHORIZED',
  challenge_expired: 'UNAUTHORIZED',
  forbidden: 'FORBIDDEN',
  second_factor_missing: 'FORBIDDEN',
  confirm_password: 'FORBIDDEN',
  payment_not_found: 'NOT_FOUND',
  user_not_found: 'NOT_FOUND',
  api_key_not_found: 'NOT_FOUND',
  second_factor_not_found: 'NOT_FOUND',
  password_link_not_found: 'NOT_FOUND',
  session_not_found: 'NOT_FOUND',
  not_found: 'NOT_FOUND',
  method_not_supported: 'METHOD_NOT_SUPPORTED',
  payment_already_settled: 'CONFLICT',
  username_taken: 'CONFLICT',
  last_admin: 'CONFLICT',
  payload_too_large: 'PAYLOAD_TOO_LARGE',
  unsupported_media_type: 'UNSUPPORTED_MEDIA_TYPE',
  query_too_expensive: 'UNPROCESSABLE_CONTENT',
  idempotency_key_reused: 'UNPROCESSABLE_CONTENT',
  too_many_requests: 'TOO_MANY_REQUESTS',
  client_closed: 'CLIENT_CLOSED_REQUEST',
  database_unavailable: 'SERVICE_UNAVAILABLE',
  overloaded: 'SERVICE_UNAVAILABLE',
  disk_full: 'SERVICE_UNAVAILABLE',
  shutting_down: 'SERVICE_UNAVAILABLE',
  internal: 'INTERNAL_SERVER_ERROR',
} as const;

export type Reason = keyof typeof reasons;

/** Whether this version knows the reason: a newer server may send others. */
export const isReason = (value: unknown): value is Reason =>
  typeof value === 'string' && Object.hasOwn(reasons, value);
