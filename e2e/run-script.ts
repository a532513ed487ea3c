import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { endChildWithThisProcess } from '@paydeck/db/testing/end-with-this-process';

const repository = new URL('../', import.meta.url);
const commandLine = 'apps/cli/src/main.ts';

export type RunningScript = {
  /** Waits until stdout or stderr has a text that matches the pattern. Resolves to that text. */
  printed(pattern: RegExp): Promise<string>;
  /** Presses Ctrl-C, and waits for the exit. */
  interrupt(): Promise<void>;
  /** Waits for the exit. Resolves to all that was printed; rejects when the exit code is not 0. */
  finished(): Promise<string>;
};

/** Starts a script of the repository, such as `examples/watch.ts`, with only `PATH` and these variables. */
export function startScript(
  script: string,
  args: readonly string[],
  environment: Record<string, string> = {},
  { folder = '.' }: { folder?: string } = {},
): RunningScript {
  const child: ChildProcess = spawn(process.execPath, [fileURLToPath(new URL(script, repository)), ...args], {
    env: { PATH: process.env.PATH, ...environment },
    cwd: fileURLToPath(new URL(folder, repository)),
  });
  endChildWithThisProcess(child);
  let output = '';
  const changed = new EventTarget();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      changed.dispatchEvent(new Event('output'));
    });
  }
  const closed = once(child, 'close');
  return {
    printed: async (pattern) => {
      for (;;) {
        const [text] = pattern.exec(output) ?? [];
        if (text !== undefined) return text;
        await new Promise((resolve) => changed.addEventListener('output', resolve, { once: true }));
      }
    },
    interrupt: async () => {
      child.kill('SIGINT');
      await closed;
    },
    finished: async () => {
      await closed;
      if (child.exitCode !== 0) throw new Error(`${script} exited with ${child.exitCode}:\n${output}`);
      return output;
    },
  };
}

/** Starts the command line in its own process: `startPaydeck({}, 'demo', '--live', '20')`. */
export const startPaydeck = (environment: Record<string, string>, ...args: readonly string[]) =>
  startScript(commandLine, args, environment);

/** Runs the command line to its end. Rejects when its exit code is not 0. */
export const runPaydeck = (environment: Record<string, string>, ...args: readonly string[]) =>
  startPaydeck(environment, ...args).finished();
