import { isRetryable, type Reason, reasonOf } from '@paydeck/client';
import { ExportError } from '@paydeck/client/export';
import { CommanderError } from 'commander';
import { CommandError } from './command-error.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { isTransportError } from './explain-error.ts';

const byReason: Partial<Record<Reason, ExitCode>> = {
  invalid_input: exitCodes.usage,
  invalid_cursor: exitCodes.usage,
  not_signed_in: exitCodes.notAllowed,
  invalid_credentials: exitCodes.notAllowed,
  token_expired: exitCodes.notAllowed,
  token_invalid: exitCodes.notAllowed,
  session_ended: exitCodes.notAllowed,
  api_key_invalid: exitCodes.notAllowed,
  second_factor_required: exitCodes.notAllowed,
  second_factor_invalid: exitCodes.notAllowed,
  challenge_expired: exitCodes.notAllowed,
  forbidden: exitCodes.notAllowed,
  second_factor_missing: exitCodes.notAllowed,
  confirm_password: exitCodes.notAllowed,
  payment_not_found: exitCodes.notFoundOrConflict,
  user_not_found: exitCodes.notFoundOrConflict,
  api_key_not_found: exitCodes.notFoundOrConflict,
  second_factor_not_found: exitCodes.notFoundOrConflict,
  password_link_not_found: exitCodes.notFoundOrConflict,
  session_not_found: exitCodes.notFoundOrConflict,
  payment_already_settled: exitCodes.notFoundOrConflict,
  username_taken: exitCodes.notFoundOrConflict,
  last_admin: exitCodes.notFoundOrConflict,
  idempotency_key_reused: exitCodes.notFoundOrConflict,
};

const byStatus: Readonly<Record<number, ExitCode>> = {
  400: exitCodes.usage,
  401: exitCodes.notAllowed,
  403: exitCodes.notAllowed,
  502: exitCodes.unreachable,
  503: exitCodes.unreachable,
  504: exitCodes.unreachable,
};

/** The exit code of a command that failed with this error. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof CommandError) return error.exitCode;
  // Commander throws after --help too, with 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  if (error instanceof ExportError) {
    if (error.failure === 'unreachable') return exitCodes.unreachable;
    return byStatus[error.status ?? 0] ?? exitCodes.failure;
  }
  if (isRetryable(error) || isTransportError(error)) return exitCodes.unreachable;
  return byReason[reasonOf(error) ?? 'internal'] ?? exitCodes.failure;
}
