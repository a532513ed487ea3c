import type { Sql } from 'postgres';
import { drizzleProxy, type PgRemoteDatabase } from '../drizzle.ts';
import { isAboutQueries } from './database-error.ts';

/** Queries built with Drizzle. They have no transactions. */
export type Queries = PgRemoteDatabase<Record<string, never>>;

/** Runs a query on a client of the driver. `text` is the query's SQL, for a log. */
export type RunQuery = <Rows extends readonly unknown[]>(
  text: string,
  query: (client: Sql) => PromiseLike<Rows>,
) => Promise<Rows>;

/** Queries that Drizzle builds and `run` sends. Drizzle also maps the rows. */
export function createQueries(run: RunQuery): Queries {
  const orm = drizzleProxy(async (text, values, method) => ({
    rows: await run<unknown[]>(text, (client) =>
      method === 'all' ? client.unsafe(text, values).values() : client.unsafe(text, values),
    ),
  }));
  return withPlainErrors(orm);
}

/** For the driver's option `types`. Drizzle converts times and writes JSON itself, so the driver must not. */
export const drizzleTypes = {
  date: { to: 1184, from: [1082, 1114, 1184], serialize: asIs, parse: asIs },
  json: { to: 114, from: [114, 3802], serialize: asIs, parse: (text: string): unknown => JSON.parse(text) },
};

function asIs(text: string): string {
  return text;
}

/** Drizzle wraps every error in another one. Callers recognize the errors of database-error.ts by their class. */
function withPlainErrors(orm: Queries): Queries {
  const { session } = orm._;
  const prepareQuery = session.prepareQuery.bind(session);
  session.prepareQuery = (...args) => {
    const prepared = prepareQuery(...args);
    const execute = prepared.execute.bind(prepared);
    prepared.execute = (values) =>
      execute(values).catch((error: unknown) => {
        throw error instanceof Error && isAboutQueries(error.cause) ? error.cause : error;
      });
    return prepared;
  };
  return orm;
}
