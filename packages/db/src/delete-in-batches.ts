import type { Queries } from './connection/drizzle-queries.ts';
import { type SQL, sql } from './drizzle.ts';

/** Rows that one statement deletes: 40 ms, far below the timeout of a query. */
const batchSize = 10_000;

/**
 * Runs a `delete` of at most `limit` rows again and again, until fewer rows are left. A single statement for all rows would
 * be cancelled after an import of millions, and would never succeed.
 */
export async function deleteInBatches(orm: Queries, deleteAtMost: (limit: number) => SQL): Promise<void> {
  let deleted: number;
  do {
    const [row] = await orm.execute(sql`
      with deleted as (${deleteAtMost(batchSize)} returning 1) select count(*) as n from deleted`);
    deleted = Number(row?.n);
  } while (deleted >= batchSize);
}
