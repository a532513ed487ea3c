import type { Queries } from '../connection/drizzle-queries.ts';
import { sql } from '../drizzle.ts';

/** Folds a text in the same way as `payments.search_text`, so that the two can be compared. */
export async function foldSearchText(orm: Queries, text: string): Promise<string> {
  const [row] = await orm.select({ folded: sql<string>`paydeck_fold(${text})` }).from(sql`(select 1) as one`);
  return row?.folded ?? '';
}
