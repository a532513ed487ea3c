import { text } from 'node:stream/consumers';
import password from '@inquirer/password';
import { CommandError } from '../errors/command-error.ts';
import { exitCodes } from '../errors/exit-codes.ts';

/** A password from the first line of stdin, or asked for on the terminal, where it is not shown. */
export async function readPassword(question: string, { fromStdin }: { fromStdin: boolean }): Promise<string> {
  if (fromStdin) return (await text(process.stdin)).split(/\r?\n/, 1)[0] ?? '';
  if (!process.stdin.isTTY) {
    throw new CommandError(
      'There is no terminal to ask for the password.',
      'Give it on stdin, with --password-stdin.',
      {
        exitCode: exitCodes.usage,
      },
    );
  }
  try {
    // On stderr: stdout is for results.
    return await password({ message: question, toggleMask: false }, { output: process.stderr });
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ExitPromptError') throw error;
    throw new CommandError('Interrupted.', 'Nothing was done.', { exitCode: exitCodes.interrupted });
  }
}
