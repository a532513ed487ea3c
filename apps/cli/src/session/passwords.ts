import { text } from 'node:stream/consumers';
import password from '@inquirer/password';
import { CommandError } from '../errors/command-error.ts';
import { exitCodes } from '../errors/exit-codes.ts';
import { interrupted } from '../errors/interruption.ts';

/** Reads a password from the first line of stdin, or asks for it on the terminal, which does not show it. */
export async function readPassword(question: string, { fromStdin }: { fromStdin: boolean }): Promise<string> {
  if (fromStdin) return (await stdinLines())[0] ?? '';
  if (!process.stdin.isTTY) {
    throw new CommandError(
      'Without a terminal the password must come from stdin.',
      'Add --password-stdin, and write the password to stdin.',
      { exitCode: exitCodes.usage },
    );
  }
  return ask(question);
}

/** The lines of stdin, which is read to its end. */
export const stdinLines = async (): Promise<string[]> => (await text(process.stdin)).split(/\r?\n/);

/** Asks for a secret on the terminal, which does not show it. */
export async function ask(question: string): Promise<string> {
  try {
    // On stderr: stdout is for results.
    return await password({ message: question, toggleMask: false }, { output: process.stderr });
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ExitPromptError') throw error;
    throw interrupted('Nothing was changed.');
  }
}
