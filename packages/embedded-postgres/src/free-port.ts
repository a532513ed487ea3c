import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';

/**
 * A free TCP port on 127.0.0.1, below the range that systems use for outgoing connections (Linux: from 32768). In that
 * range a client of any program could take the port while PostgreSQL is being restarted on it. Even a client that retries
 * this port could: it may connect to itself.
 */
export async function findFreePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = randomInt(15_000, 32_768);
    if (await isFree(port)) return port;
  }
  throw new EmbeddedPostgresError(
    'The embedded PostgreSQL found no free port on 127.0.0.1 from 15000 to 32767. Set DATABASE_URL to a PostgreSQL of your own.',
  );
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}
