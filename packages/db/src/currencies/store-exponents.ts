import { currencyExponents } from '@paydeck/contract/money';
import type { Queries } from '../connection/drizzle-queries.ts';
import { sql } from '../drizzle.ts';
import { currencies } from '../schema.ts';

/** Stores the decimals of every currency of the contract. The database must not have any `ExponentDifference`. */
export async function storeExponents(orm: Queries): Promise<void> {
  await orm
    .insert(currencies)
    .values([...currencyExponents].map(([code, exponent]) => ({ code, exponent })))
    .onConflictDoUpdate({
      target: currencies.code,
      set: { exponent: sql`excluded.exponent` },
      setWhere: sql`${currencies.exponent} <> excluded.exponent`,
    });
}
