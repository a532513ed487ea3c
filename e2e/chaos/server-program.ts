import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { endChildWithThisProcess } from '@paydeck/db/testing/end-with-this-process';

export type ServerProgram = {
  child: ChildProcess;
  output(): string;
  /** Resolves to the exit code, which is null after a signal. */
  ended: Promise<number | null>;
};

/** Starts a program of the server, such as `tasks/verify`, on a database. */
export function startServerProgram(
  name: 'main' | 'tasks/migrate' | 'tasks/rollback' | 'tasks/verify',
  databaseUrl: string,
  args: readonly string[] = [],
): ServerProgram {
  const program = fileURLToPath(new URL(`../../apps/server/src/${name}.ts`, import.meta.url));
  const child = spawn(process.execPath, [program, ...args], {
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'test',
      PORT: '0',
      JWT_SECRET: 'a-secret-that-only-the-tests-know-0123456789',
      DATABASE_URL: databaseUrl,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  endChildWithThisProcess(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  return { child, output: () => output, ended: once(child, 'close').then(() => child.exitCode) };
}
