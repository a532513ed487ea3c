import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { endChildWithThisProcess } from '@paydeck/db/testing/end-with-this-process';
import { startFlags } from './start-flags.ts';

export type SpawnedServer = AsyncDisposable & {
  url: string;
  process: ChildProcess;
  /** The output so far. */
  output(): string;
  /** Sends a signal, waits until the process ends, and returns its exit code, which is null after SIGKILL. */
  end(signal: NodeJS.Signals): Promise<number | null>;
};

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
/** The folder of the workspace, where `pnpm start` runs Node: a path in the flags is relative to it. */
const workspace = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * Starts a real server in a separate process, which a test may kill. Resolves once it is ready. The server ends with this
 * process.
 */
export async function spawnServer(
  environment: Record<string, string>,
  { program = main, onSpawn }: { program?: string; onSpawn?(child: ChildProcess): void } = {},
): Promise<SpawnedServer> {
  const child = spawn(process.execPath, [...startFlags, program], {
    cwd: workspace,
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'test',
      PORT: '0',
      JWT_SECRET: 'a-secret-that-only-the-tests-know-0123456789',
      LOG_LEVEL: 'warn',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  endChildWithThisProcess(child);
  onSpawn?.(child);
  let output = '';
  const ready = new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const url = output.match(/ready at (\S+)/)?.[1];
      if (url !== undefined) resolve(url);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) =>
      reject(new Error(`The server ended with ${code} before it was ready:\n${output}`)),
    );
  });
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal);
      await once(child, 'exit');
    }
    return child.exitCode;
  };
  return {
    url: await ready,
    process: child,
    output: () => output,
    end,
    [Symbol.asyncDispose]: async () => void (await end('SIGTERM')),
  };
}
