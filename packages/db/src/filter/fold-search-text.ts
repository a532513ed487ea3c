import type { Database } from '../connection/open-database.ts';
import { prepareStatement } from '../connection/statement.ts';
import { sql } from '../drizzle.ts';

const statement = prepareStatement<{ text: string }, string>(
  (p) => sql`select paydeck_fold(${p('text', 'text')})`,
  ([folded]) => String(folded),
  'quick',
);

/** Folds a text in the same way as `payments.search_text`, so that the two can be compared. */
export async function foldSearchText(db: Database, text: string): Promise<string> {
  const [folded = ''] = await db.execute(statement, { text });
  return folded;
}
