import { createClient, type PaydeckClient } from '@paydeck/client';
import { createTestDatabase, type TestDatabase } from '@paydeck/db/testing';
import { type Config, readConfig } from '../src/config.ts';
import type { RunningServer } from '../src/serve.ts';
import { startServer } from '../src/server.ts';

export type TestServer = AsyncDisposable & {
  url: string;
  database: TestDatabase;
  config: Config;
  /** A client that is signed in as the first admin. It is closed with the server. */
  signedInClient(): Promise<PaydeckClient>;
};

export const adminCredentials = { username: 'admin', password: 'admin123' };

/** Starts a real server in this process, with its own port, and its own database unless the options have one. */
export async function startTestServer(
  options: { database?: TestDatabase; environment?: Record<string, string> } = {},
): Promise<TestServer> {
  const database = options.database ?? (await createTestDatabase());
  const config = readConfig({
    NODE_ENV: 'test',
    PORT: '0',
    DATABASE_URL: database.url,
    JWT_SECRET: 'a-secret-that-only-the-tests-know-0123456789',
    LOG_LEVEL: 'silent',
    ...options.environment,
  });
  const server: RunningServer = await startServer(config, () => {});
  const clients: PaydeckClient[] = [];
  return {
    url: server.url,
    database,
    config,
    signedInClient: async () => {
      const client = createClient({ url: server.url });
      clients.push(client);
      await client.signIn(adminCredentials);
      return client;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(clients.map((client) => client.close()));
      await server.close();
      if (options.database === undefined) await database[Symbol.asyncDispose]();
    },
  };
}
