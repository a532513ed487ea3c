import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Tokens } from '@paydeck/client';
import { paydeckEnvironment, signIn } from '../paydeck-server.ts';
import { startServerProcess } from '../server-process.ts';
import { startTemporaryPostgres } from '../temporary-postgres.ts';
import { createCopyOfPayments } from '../writes/bare-inserts.ts';

/** What the servers have in common: a PostgreSQL, in it a database for all, and its admin, signed in. */
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

/** The first start makes the admin. */
async function firstSignIn(databaseUrl: string): Promise<Tokens> {
  await using server = await startServerProcess(paydeckEnvironment(databaseUrl));
  return await signIn(server.url);
}

/** Rejects when a process may not open as many sockets. Node raises its limit itself, up to the hard one. */
export async function requireOpenFiles(sockets: number): Promise<void> {
  const { stdout } = await promisify(execFile)('sh', ['-c', 'ulimit -n']);
  const needed = sockets + 200;
  const allowed = stdout.trim() === 'unlimited' ? Number.POSITIVE_INFINITY : Number(stdout);
  if (allowed >= needed) return;
  throw new Error(
    `${sockets} sockets need ${needed} open files in a process, and ${allowed} are allowed. ` +
      `Raise the limit (ulimit -n ${needed}), or ask for fewer with --sockets.`,
  );
}
