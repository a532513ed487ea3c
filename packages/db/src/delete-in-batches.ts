import { DatabaseUnavailableError, databaseErrorCode, queryCanceled } from './connection/database-error.ts';
import type { Queries } from './connection/drizzle-queries.ts';
import { type SQL, sql } from './drizzle.ts';

/** Rows that one statement deletes: 40 ms, far below the timeout of a query. */
const batchSize = 10_000;
/** On a starved machine, even a batch may reach the timeout. A smaller one is tried then, but none below this size. */
const smallestBatch = 100;

/**
 * Repeats a `delete` of at most `limit` rows until one deletes fewer. If millions of rows had expired, PostgreSQL would
 * cancel a single statement for all of them each time.
 */
export async function deleteInBatches(orm: Queries, deleteAtMost: (limit: number) => SQL): Promise<void> {
  for (let limit = batchSize; ; ) {
    try {
      const [row] = await orm.execute(sql`
        with deleted as (${deleteAtMost(limit)} returning 1) select count(*) as n from deleted`);
      if (Number(row?.n) < limit) return;
    } catch (error) {
      const wasCanceled =
        error instanceof DatabaseUnavailableError && databaseErrorCode(error) === queryCanceled;
      if (!wasCanceled || limit <= smallestBatch) throw error;
      limit = Math.max(smallestBatch, Math.floor(limit / 4));
    }
  }
}
