import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';

/**
 * A free TCP port on 127.0.0.1, from below the range that systems take for outgoing connections (Linux: 32768 up).
 * Within it any client of any program could occupy the port while PostgreSQL is being restarted on it; even one that
 * retries this very port can, by connecting to itself.
 */
export async function findFreePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = randomInt(15_000, 32_768);
    if (await isFree(port)) return port;
  }
  throw new EmbeddedPostgresError('No free port was found on 127.0.0.1 for the embedded PostgreSQL.');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}
