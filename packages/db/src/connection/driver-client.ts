import postgres, { type Options, type PostgresType, type Sql } from 'postgres';

export type ClientOptions = Options<Record<string, PostgresType>>;

/**
 * A client of the driver, connected to the host and database of the URL. The driver itself reads a URL wrongly: it splits an
 * IPv6 address at its colons, and doesn't decode the name of a database. Tested by open-database.test.ts.
 */
export function createDriverClient(url: string, options: ClientOptions): Sql {
  const { hostname, port, pathname } = new URL(url);
  const database = decodeURIComponent(pathname.slice(1));
  const client = postgres(url, { ...options, ...(database !== '' && { database }) });
  if (hostname.startsWith('[')) {
    client.options.host[0] = hostname.slice(1, -1);
    client.options.port[0] = Number(port || 5432);
  }
  return client;
}
