import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { endChildWithThisProcess } from '@paydeck/db/testing/end-with-this-process';
import { startFlags } from '@paydeck/server/testing/start-flags';

export type ServerProcess = AsyncDisposable & { url: string; child: ChildProcess };

const paydeck = new URL('../../apps/server/src/main.ts', import.meta.url);

/**
 * Starts a server in its own process on a free port; by default Paydeck with the flags of `pnpm start`. Resolves when the
 * server has printed `ready at <URL>`. Rejects with its output when it exits before that.
 */
export async function startServerProcess(
  environment: Readonly<Record<string, string>>,
  { entry = paydeck, nodeArgs = [] }: { entry?: URL; nodeArgs?: readonly string[] } = {},
): Promise<ServerProcess> {
  const child = spawn(
    process.execPath,
    [...nodeArgs, ...(entry === paydeck ? startFlags : []), fileURLToPath(entry)],
    {
      env: { PATH: process.env.PATH, PORT: '0', LOG_LEVEL: 'warn', ...environment },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    },
  );
  endChildWithThisProcess(child);
  const exited = once(child, 'exit');
  let output = '';
  const url = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const found = output.match(/ready at (\S+)/)?.[1];
      if (found !== undefined) resolve(found);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', (code) => reject(new Error(`The server exited with ${code}:\n${output}`)));
  });
  return {
    url,
    child,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
