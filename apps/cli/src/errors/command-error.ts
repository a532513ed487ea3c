import { type ExitCode, exitCodes } from './exit-codes.ts';

/** A failure that the user can do something about. Its message is printed as one line. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: ExitCode;

  constructor(
    whatHappened: string,
    whatToDo: string,
    { exitCode = exitCodes.failure, cause }: { exitCode?: ExitCode; cause?: unknown } = {},
  ) {
    super([whatHappened, whatToDo].filter(Boolean).join(' '), { cause });
    this.exitCode = exitCode;
  }
}
