import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The command line's own program, for a test that needs the process itself. */
export const paydeckProgram = fileURLToPath(new URL('../../apps/cli/src/main.ts', import.meta.url));

/** Runs the real command line to its end, with nothing but these variables; gives its stdout. Rejects when it fails. */
export async function runPaydeck(
  environment: { PAYDECK_URL: string; PAYDECK_API_KEY?: string },
  ...args: readonly string[]
): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [paydeckProgram, ...args], {
    env: { PATH: process.env.PATH, ...environment },
  });
  return stdout;
}
