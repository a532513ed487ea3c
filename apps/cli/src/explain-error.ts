import { isRetryable, reasonOf } from '@paydeck/client';
import { CommandError } from './command-error.ts';

/** Whether the same call may succeed in a while: the server is away, busy, or restarting. */
export function isPassing(error: unknown): boolean {
  return isRetryable(error) || reasonOf(error) === 'too_many_requests';
}

/** The one line for stderr: what happened, and what to do. */
export function explainError(error: unknown): string {
  const line = error instanceof CommandError ? error.message : describe(error);
  return line.replaceAll(/\s*\n\s*/g, ' ');
}

function describe(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  switch (reasonOf(error)) {
    case null:
      if (isRetryable(error)) {
        return 'The server cannot be reached. Run the command again when it is back.';
      }
      return isForeignAnswer(error) ? `${message} Check --url.` : `Unexpected: ${message}`;
    case 'invalid_credentials':
      return 'The server does not know this user name and password. Give --username and --password.';
    case 'forbidden':
      return 'This user may not do that. Sign in as an admin with --username and --password.';
    case 'too_many_requests':
      return `${message} Wait a minute, then run the command again.`;
    case 'database_unavailable':
    case 'shutting_down':
      return `${message} Run the command again when the server is back.`;
    default:
      return message;
  }
}

/** Whether something answered at the address that is no Paydeck server; the client does not export its class. */
function isForeignAnswer(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error.name === 'TransportError' || isForeignAnswer(error.cause);
}
