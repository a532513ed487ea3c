import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endChildWithThisProcess } from '@paydeck/db/testing/end-with-this-process';
import { startTestServer, type TestServer } from '@paydeck/server/testing';

type Result = { code: number | null; stdout: string; stderr: string };
type RunOptions = {
  input?: string | Buffer;
  /** Leaves stdin open after the input, like a pipe whose writer has not finished. */
  hasMoreInput?: true;
  environment?: Record<string, string>;
};

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

export type Shell = AsyncDisposable & {
  /** The working directory, and where a sign-in is stored. It is empty at first. */
  folder: string;
  start(args: readonly string[], options?: RunOptions): ChildProcess & { ended: Promise<Result> };
  /** Runs the real command line until it exits. */
  run(args: readonly string[], options?: RunOptions): Promise<Result>;
};

/** A shell with an empty home folder, without a terminal, and with these environment variables. */
export async function openShell(environment: Record<string, string> = {}): Promise<Shell> {
  const folder = await mkdtemp(join(tmpdir(), 'paydeck-cli-'));
  const start: Shell['start'] = (args, options = {}) => {
    const child = spawn(process.execPath, [main, ...args], {
      cwd: folder,
      env: { PATH: process.env.PATH, XDG_CONFIG_HOME: folder, ...environment, ...options.environment },
      stdio: 'pipe',
    });
    endChildWithThisProcess(child);
    const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    // The command may fail before it reads its input.
    child.stdin.on('error', () => {});
    child.stdin.write(options.input ?? '');
    if (!options.hasMoreInput) child.stdin.end();
    const ended = once(child, 'close').then(() => ({
      code: child.exitCode,
      stdout: Buffer.concat(stdout).toString(),
      stderr: Buffer.concat(stderr).toString(),
    }));
    return Object.assign(child, { ended });
  };
  return {
    folder,
    start,
    run: (args, options) => start(args, options).ended,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** A server, and a shell that uses an API key of its admin. */
export async function openServerAndShell(role: 'admin' | 'viewer' = 'admin') {
  const scope = new AsyncDisposableStack();
  const server: TestServer = scope.use(await startTestServer());
  const admin = await server.signedInClient();
  const { key, id: keyId } = await admin.api.apiKeys.create.mutate({ name: 'script', role });
  const shell = scope.use(await openShell({ PAYDECK_URL: server.url, PAYDECK_API_KEY: key }));
  return { server, admin, keyId, key, ...shell, [Symbol.asyncDispose]: () => scope.disposeAsync() };
}

/** Parses JSON Lines. */
export const jsonLines = (text: string): unknown[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

/** A port that nothing listens on. */
export async function freePort(): Promise<string> {
  await using server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return String(typeof address === 'object' ? address?.port : '');
}
