import { performance } from 'node:perf_hooks';
import type { Sql } from 'postgres';
import type { ConnectionPool, QueryOwner } from './connection-pool.ts';
import { databaseErrorCode } from './database-error.ts';

/** The facts about a query that a log may have. The values are left out: they are names, amounts, tokens and hashes. */
export type QueryReport = {
  /** The SQL, with `$1` in place of a value. */
  statement: string;
  /** Time until the query got a connection. */
  waitMs: number;
  /** Time from then until its result. */
  durationMs: number;
  /** Null when the query failed. */
  rows: number | null;
  /** The code of PostgreSQL or of the system. A message could quote a value. */
  failure?: string;
};

export type OnQuery = (report: QueryReport) => void;

/** `pool.run` that also reports the query. */
export async function runReported<Rows extends readonly unknown[]>(
  pool: ConnectionPool,
  {
    statement,
    query,
    owner,
    onQuery,
  }: {
    statement: string;
    query: (client: Sql) => PromiseLike<Rows>;
    owner: QueryOwner | null;
    onQuery: OnQuery;
  },
): Promise<Rows> {
  const calledAt = performance.now();
  let startedAt: number | null = null;
  const times = () => {
    const endedAt = performance.now();
    const waitedUntil = startedAt ?? endedAt;
    return { waitMs: tenths(waitedUntil - calledAt), durationMs: tenths(endedAt - waitedUntil) };
  };
  const text = statement.replace(/\s+/g, ' ').trim();
  try {
    const rows = await pool.run((client) => {
      startedAt = performance.now();
      return query(client);
    }, owner);
    onQuery({ statement: text, ...times(), rows: rows.length });
    return rows;
  } catch (error) {
    const failure = databaseErrorCode(error) ?? (error instanceof Error ? error.name : 'unknown');
    onQuery({ statement: text, ...times(), rows: null, failure });
    throw error;
  }
}

const tenths = (ms: number) => Math.round(ms * 10) / 10;
