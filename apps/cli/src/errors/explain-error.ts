import { isRetryable, reasonOf } from '@paydeck/client';
import { plain } from '../output/output.ts';
import { CommandError } from './command-error.ts';

const longest = 500;

/** Whether the same call may succeed in a while: the server is away, busy, or restarting. */
export function isPassing(error: unknown): boolean {
  return isRetryable(error) || reasonOf(error) === 'too_many_requests';
}

/** The one line for stderr: what happened, and what to do. */
export function explainError(error: unknown): string {
  const line = error instanceof CommandError ? error.message : describe(error);
  const text = plain(line.replaceAll(/\s*\n\s*/g, ' '));
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

function describe(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  switch (reasonOf(error)) {
    case null:
      if (isRetryable(error)) {
        return 'The server cannot be reached. Run the command again when it is back.';
      }
      return isForeignAnswer(error) ? `${message} Check --url.` : message;
    case 'invalid_credentials':
      return 'The server does not know this user name and password.';
    case 'session_ended':
    case 'not_signed_in':
    case 'token_invalid':
    case 'token_expired':
      return 'Your sign-in has ended. Run `paydeck login`.';
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
export function isForeignAnswer(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error.name === 'TransportError' || isForeignAnswer(error.cause);
}
