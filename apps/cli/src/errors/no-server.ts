import { isRetryable, reasonOf } from '@paydeck/client';
import { CommandError } from './command-error.ts';
import { exitCodes } from './exit-codes.ts';

/** Whether nothing answered: the server is away or unreachable. False when a server, or a proxy before it, answered. */
export const isUnanswered = (error: unknown): boolean => isRetryable(error) && reasonOf(error) === null;

/** The failure of a command whose first call nothing answered. */
export const noServerAnswers = (url: string, cause: unknown) =>
  new CommandError(
    `No Paydeck server answers at ${url}.`,
    'Start it with `npx -y pnpm@12 start`, or name another address with --url.',
    { exitCode: exitCodes.unreachable, cause },
  );
