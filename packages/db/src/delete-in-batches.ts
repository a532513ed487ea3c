import type { Queries } from './connection/drizzle-queries.ts';
import { type SQL, sql } from './drizzle.ts';

/** Rows that one statement deletes: 40 ms, far below the timeout of a query. */
const batchSize = 10_000;

/**
 * Repeats a `delete` of at most `limit` rows until one deletes fewer. If millions of rows had expired, PostgreSQL would
 * cancel a single statement for all of them each time.
 */
export async function deleteInBatches(orm: Queries, deleteAtMost: (limit: number) => SQL): Promise<void> {
  let deleted: number;
  do {
    const [row] = await orm.execute(sql`
      with deleted as (${deleteAtMost(batchSize)} returning 1) select count(*) as n from deleted`);
    deleted = Number(row?.n);
  } while (deleted >= batchSize);
}
