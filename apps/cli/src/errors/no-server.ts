import { isRetryable, reasonOf } from '@paydeck/client';
import { CommandError } from './command-error.ts';
import { exitCodes } from './exit-codes.ts';

/** Whether no server answered. False when a server, or a proxy in front of it, answered. */
export const isUnanswered = (error: unknown): boolean => isRetryable(error) && reasonOf(error) === null;

/** The error of a command whose first call got no answer. */
export const noServerAnswers = (url: string, cause: unknown) =>
  new CommandError(
    `No Paydeck server answers at ${url}.`,
    'Start it with `npx -y pnpm@12 start`, or name another address with --url.',
    { exitCode: exitCodes.unreachable, cause },
  );
