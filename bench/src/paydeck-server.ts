import { createClient, memoryTokenStore, type Tokens } from '@paydeck/client';

/** The admin of every Paydeck server that is measured. */
export const admin = { username: 'admin', password: 'a password for the benchmark' };

/** The environment of a measured Paydeck server: an admin to sign in as, and limits above any load here. */
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

/** Signs in as the admin. The tokens stay valid for the whole run, even when the server restarts. */
export async function signIn(url: string): Promise<Tokens> {
  const store = memoryTokenStore();
  await using client = createClient({ url, tokens: store });
  await client.signIn(admin);
  const tokens = await store.load();
  if (tokens === null) throw new Error('The client signed in, but has no tokens.');
  return tokens;
}
