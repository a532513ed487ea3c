import { Readable } from 'node:stream';
import type { Sql } from 'postgres';
import { DatabaseUnavailableError, translateDatabaseError } from '../connection/database-error.ts';
import type { Database } from '../connection/open-database.ts';
import { textWithLiterals } from '../connection/statement.ts';
import { type SQL, sql } from '../drizzle.ts';
import { logPosition } from '../events/select-events.ts';
import { literalTerms } from '../filter/filter-terms.ts';
import { filterConditions, type PaymentFilter } from '../filter/payment-filter.ts';
import { type CopyFormat, copyFormats, csvCells, type DecimalMark, type MoreColumn } from './copy-cells.ts';
import { withCopySocket } from './copy-socket.ts';
import { cutSilentCopy } from './cut-silent-copy.ts';
import { gatherRows } from './gather-rows.ts';
import { cellBreaks } from './guard-formulas.ts';
import type { PiecePool } from './piece-pool.ts';

/** The contents of a file in numbers, so that its reader can check what arrived. */
export type CopyTotals = {
  rows: number;
  /** Sums of the amounts in minor units by currency, sorted by currency. */
  sums: Map<string, bigint>;
  /** The log position as of which the file is exact. */
  asOf: number;
};

export type PaymentCopy = {
  /** The lines of the file without its header, oldest payment first. They end without an error only if they are complete. */
  lines: Readable;
  /** The totals of the lines. Throws before `lines` has ended. */
  totals(): CopyTotals;
  /** Ends the query and its connection, even if not all lines were read. */
  close(): Promise<void>;
};

/** How long the database may take to start the copy. The first row may take longer, if the rows must be sorted. */
const startMs = 10_000;
/** How long the copy may wait for a lock, such as that of a migration by hand. Part of `startMs`. */
const lockTimeoutMs = startMs - 1_000;
/** How long the database may send nothing before it is asked whether it still works on the copy. */
const silentMs = 30_000;
/** Ends a query that is stuck. The largest files take minutes. */
const statementTimeoutMs = 3_600_000;

/**
 * Streams the filtered payments as CSV or JSON Lines. CSV has the specification's columns, JSON Lines has all fields, and both
 * have the amount in major units. Rows and totals come from one snapshot of the database. The snapshot and a connection are
 * held until `lines` has ended, so a caller must not make it wait for a slow client.
 *
 * Rejects with `DatabaseUnavailableError` when the database can't be reached, does not answer in time, or has locked the
 * table. `lines` fail with it when the database sends nothing for `silenceMs` and does not work on the rows either.
 */
export async function copyPayments(
  db: Database,
  {
    filter,
    format,
    columns = [],
    separator,
    decimal,
    pool,
    silenceMs = silentMs,
  }: {
    filter: PaymentFilter;
    format: CopyFormat;
    /** More columns of CSV. */
    columns?: readonly MoreColumn[];
    /** The character between two cells of CSV. Default: a comma. */
    separator?: string;
    /** The character before the decimals of amounts in CSV. A comma must not be the separator, too. Default: a point. */
    decimal?: DecimalMark;
    pool: PiecePool;
    silenceMs?: number;
  },
): Promise<PaymentCopy> {
  const { cells: usualCells, delimiter: usualDelimiter, quote, ...lineFormat } = copyFormats[format];
  const cells = format === 'csv' ? csvCells(columns, decimal) : usualCells;
  const delimiter = format === 'csv' ? (separator ?? usualDelimiter) : usualDelimiter;
  const where = filterConditions(literalTerms(filter)) ?? sql`true`;
  const text = textWithLiterals(sql`
    copy (select ${cells} from payments where ${where} order by created_at, id)
    to stdout with (format csv, delimiter ${delimiter}, quote ${quote})`);

  const client = db.dedicatedClient({ statementTimeoutMs });
  const socket = withCopySocket(client);
  let totals: CopyTotals | undefined;
  let stopWatching = () => {};
  const close = async () => {
    stopWatching();
    if (totals === undefined) socket.destroy();
    await client.end({ timeout: 0 });
  };
  const tooLate = setTimeout(socket.destroy, startMs);
  try {
    await client.unsafe('begin isolation level repeatable read, read only');
    const { snapshot, backend } = await takeSnapshot(client);
    const atEnd = async (count: number) => {
      totals = await selectTotals(client, { where, snapshot });
      if (totals.rows !== count) throw new Error(`COPY sent ${count} messages for ${totals.rows} rows.`);
      await close();
    };
    const lines = await openCopy(client, text, (rows) => {
      const lines = { ...lineFormat, breaks: format === 'csv' ? cellBreaks(delimiter) : null };
      const pieces = gatherRows(rows, { lines, pool, atEnd });
      stopWatching = cutSilentCopy(db, { backend, silenceMs, socket, rows, pieces });
      return pieces;
    });
    return {
      lines,
      totals: () => {
        if (totals === undefined) throw new Error('The totals are read after the last line.');
        return totals;
      },
      close,
    };
  } catch (error) {
    await close();
    throw translateDatabaseError(error);
  } finally {
    clearTimeout(tooLate);
  }
}

/**
 * Takes the transaction's snapshot. Returns its name and the process id of the backend. The plans use one process, as an export must leave the other cores to
 * other queries, and prefer the order of an index to a sort, which would delay the first row.
 */
async function takeSnapshot(client: Sql): Promise<{ snapshot: string; backend: number }> {
  const [row] = await client.unsafe(`
    select pg_current_snapshot()::text as snapshot, pg_backend_pid() as backend,
           set_config('lock_timeout', '${lockTimeoutMs}', true),
           set_config('max_parallel_workers_per_gather', '0', true),
           set_config('random_page_cost', '1.1', true)`);
  return { snapshot: String(row?.snapshot), backend: Number(row?.backend) };
}

/**
 * Starts COPY. `open` gets the stream of rows in the turn in which the driver makes it. The driver's own promise comes later:
 * an error of the database in the same turn would find a stream that nobody listens to, and end the process. Tested by
 * copy-payments.test.ts.
 */
async function openCopy(client: Sql, text: string, open: (rows: Readable) => Readable): Promise<Readable> {
  const query = client.unsafe(text);
  const resolve: unknown = Reflect.get(query, 'resolve');
  let lines: Readable | undefined;
  Reflect.set(query, 'resolve', (value: unknown) => {
    if (value instanceof Readable) {
      value.once('end', () => resumeConnection(value));
      lines = open(value);
    }
    if (typeof resolve === 'function') resolve(value);
  });
  await query.readable();
  if (lines === undefined) throw new Error('The driver must resolve the query with a stream.');
  return lines;
}

/**
 * The driver pauses its connection while many rows wait, and resumes it when rows are read. After the last row it would stay
 * paused, and the reply to the next statement would never be read.
 */
function resumeConnection(rows: Readable): void {
  try {
    rows._read(0);
  } catch {
    // The connection is closed, so the next statement fails.
  }
}

async function selectTotals(
  client: Sql,
  { where, snapshot }: { where: SQL; snapshot: string },
): Promise<CopyTotals> {
  const rows = await client
    .unsafe(
      textWithLiterals(sql`
        select pg_current_snapshot()::text, ${logPosition}, currency, count, sum
        from (select 1) as always
        left join (
          select currency, count(*), sum(amount_minor) from payments where ${where} group by currency
        ) totals on true
        order by currency`),
    )
    .values();
  const [first] = rows;
  // The driver silently replaces a lost connection. The new one would have another snapshot.
  if (first?.[0] !== snapshot) throw new DatabaseUnavailableError('The connection of the export was lost.');
  const totals: CopyTotals = { rows: 0, sums: new Map(), asOf: Number(first[1]) };
  for (const [, , currency, count, sum] of rows) {
    if (currency === null) continue;
    totals.rows += Number(count);
    totals.sums.set(String(currency), BigInt(sum));
  }
  return totals;
}
