import { type SQL, sql } from './drizzle.ts';

/** The text of a time as `Date.prototype.toISOString` gives it. */
export const isoText = (instant: string): SQL =>
  sql.raw(`to_char(${instant} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`);
