import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Tokens } from '@paydeck/client';
import { paydeckEnvironment, signIn } from '../paydeck-server.ts';
import { startServerProcess } from '../server-process.ts';
import { startTemporaryPostgres } from '../temporary-postgres.ts';
import { createCopyOfPayments } from '../writes/bare-inserts.ts';

/** The database that all servers share, with an admin who is signed in. */
export type Backend = AsyncDisposable & {
  databaseUrl: string;
  adminId: string;
  tokens: Tokens;
};

export async function startBackend(): Promise<Backend> {
  await using started = new AsyncDisposableStack();
  const postgres = started.use(await startTemporaryPostgres());
  const databaseUrl = await postgres.createDatabase('live');
  const tokens = await firstSignIn(databaseUrl);
  const { adminId } = await createCopyOfPayments(databaseUrl);
  const running = started.move();
  return { databaseUrl, adminId, tokens, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

/** Starts a server once, which creates the admin, and signs in. */
async function firstSignIn(databaseUrl: string): Promise<Tokens> {
  await using server = await startServerProcess(paydeckEnvironment(databaseUrl));
  return await signIn(server.url);
}

/** Rejects when a process may not open this many sockets. Node raises its soft limit to the hard one by itself. */
export async function requireOpenFiles(sockets: number): Promise<void> {
  const { stdout } = await promisify(execFile)('sh', ['-c', 'ulimit -n']);
  const needed = sockets + 200;
  const allowed = stdout.trim() === 'unlimited' ? Number.POSITIVE_INFINITY : Number(stdout);
  if (allowed >= needed) return;
  throw new Error(
    `The limit of open files must be at least ${needed} for ${sockets} sockets, but is ${allowed}. ` +
      `Raise it with "ulimit -n ${needed}", or use fewer sockets with --sockets.`,
  );
}
