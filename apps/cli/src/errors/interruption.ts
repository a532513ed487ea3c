import { CommandError } from './command-error.ts';
import { exitCodes } from './exit-codes.ts';

/**
 * A signal that aborts at the first Ctrl-C (or SIGTERM), so that a command can finish what it began and report what it
 * did. A second Ctrl-C ends the process as usual, and so does any Ctrl-C after the signal was disposed.
 */
export function listenForInterruption(): { signal: AbortSignal } & Disposable {
  const controller = new AbortController();
  const release = () => {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  };
  const interrupt = () => {
    release();
    controller.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return { signal: controller.signal, [Symbol.dispose]: release };
}

/** The failure of a command that Ctrl-C ended; `result` says what it left behind. */
export const interrupted = (result = '') =>
  new CommandError('Interrupted.', result, { exitCode: exitCodes.interrupted });
