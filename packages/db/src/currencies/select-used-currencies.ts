import type { Database } from '../connection/open-database.ts';
import { prepareStatement } from '../connection/statement.ts';
import { type SQL, sql } from '../drizzle.ts';

/**
 * A query of the currencies that payments have, one `code` a row. It reads one entry of `payments_currency_created_at_id_idx` for
 * each currency, however many payments there are.
 */
export const usedCurrencies: SQL = sql`
  with recursive used (code) as (
    select min(currency) from payments
    union all
    select (select min(currency) from payments where currency > code) from used where code is not null
  )
  select code from used where code is not null`;

const statement = prepareStatement<Record<string, never>, string>(
  () => sql`
    select code from (${usedCurrencies}) used
    left join (
      select currency, sum(count) as recent from rollup_days
      where day > (now() at time zone 'UTC')::date - 90 group by currency
    ) counts on currency = code
    order by recent desc nulls last, code`,
  ([code]) => String(code),
  'quick',
);

/** The currencies of all payments. Those with the most payments in the last 90 days come first. */
export const selectUsedCurrencies = (db: Database): Promise<string[]> => db.execute(statement, {});
