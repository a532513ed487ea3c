import postgres, { type Sql } from 'postgres';
import { type ClientOptions, pooledOptions, readPooler } from './pooler.ts';

export type { ClientOptions };

/**
 * A client of the driver, connected to the host and database of the URL, perhaps through a pooler. Tested by pooler.test.ts
 * and open-database.test.ts.
 */
export function createDriverClient(url: string, given: ClientOptions): Sql {
  const { mode, direct } = readPooler(url);
  if (mode === null) return connect(direct, given);
  const { options, settings } = pooledOptions(mode, given);
  const client = connect(direct, options);
  // It is the first query of the connection, and runs before all others. If it fails, so does the connection.
  if (settings !== null) client.unsafe(settings).catch(() => client.end({ timeout: 0 }).catch(() => {}));
  return client;
}

/**
 * The driver itself reads a URL wrongly: it splits an IPv6 address at its colons, and doesn't decode the name of a database.
 */
function connect(url: string, options: ClientOptions): Sql {
  const { hostname, port, pathname } = new URL(url);
  const database = decodeURIComponent(pathname.slice(1));
  const client = postgres(url, { ...options, ...(database !== '' && { database }) });
  if (hostname.startsWith('[')) {
    client.options.host[0] = hostname.slice(1, -1);
    client.options.port[0] = Number(port || 5432);
  }
  return client;
}
