import { createClient, memoryTokenStore, type Tokens } from '@paydeck/client';

/** Of the servers here. */
export const admin = { username: 'admin', password: 'a password for the benchmark' };

/** What a measured Paydeck server is configured with: an admin to sign in as, and limits above any load here. */
export function paydeckEnvironment(databaseUrl: string): Record<string, string> {
  return {
    DATABASE_URL: databaseUrl,
    JWT_SECRET: 'a secret that only this benchmark knows, for its own server',
    JWT_EXPIRES_IN: '1h',
    ADMIN_USERNAME: admin.username,
    ADMIN_PASSWORD: admin.password,
    LIVE_MAX_SOCKETS_PER_USER: '100000',
  };
}

/** Signs in as the admin of `paydeckEnvironment`; the tokens outlive the run, and restarts of the server. */
export async function signIn(url: string): Promise<Tokens> {
  const tokens = memoryTokenStore();
  await using client = createClient({ url, tokens });
  await client.signIn(admin);
  const held = await tokens.load();
  if (held === null) throw new Error('The client signed in, and has no token.');
  return held;
}
