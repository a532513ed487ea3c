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
