import { isRetryable, reasonOf, TransportError } from '@paydeck/client';
import type { Command } from 'commander';
import { toPlainLine } from '../output/output.ts';
import { CommandError } from './command-error.ts';
import { namedProblems } from './name-options.ts';

const maxCharacters = 500;

/** The line for stderr: what happened, and what to do. With the command that failed, it names the command's options. */
export function explainError(error: unknown, command?: Command): string {
  const message =
    error instanceof CommandError ? error.message : (namedProblems(error, command) ?? explain(error));
  const line = toPlainLine(message.replaceAll(/\s*\n\s*/g, ' '));
  return line.length > maxCharacters ? `${line.slice(0, maxCharacters)}…` : line;
}

function explain(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  switch (reasonOf(error)) {
    case null:
      if (isRetryable(error)) return 'The server cannot be reached. Run the command again when it is back.';
      return isTransportError(error) ? `${message} Check --url.` : message;
    case 'session_ended':
    case 'not_signed_in':
    case 'token_invalid':
    case 'token_expired':
      return 'Your sign-in has ended. Run `paydeck login`.';
    case 'confirm_password':
      return 'This needs a sign-in from the last 5 minutes. Run `paydeck login`, then run the command again.';
    default:
      // The server's messages say what to do.
      return message;
  }
}

/** Whether no Paydeck server answered: nothing is there, or something else is. */
export function isTransportError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error instanceof TransportError || isTransportError(error.cause);
}
