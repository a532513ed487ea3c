import { currencyExponents } from '@paydeck/contract/money';
import type { Queries } from '../connection/drizzle-queries.ts';
import { sql } from '../drizzle.ts';
import { usedCurrencies } from './select-used-currencies.ts';

/** A currency whose stored amounts have a number of decimals that this version does not expect. */
export type ExponentDifference = {
  currency: string;
  /** The decimals of the stored amounts. Null for a code that the table `currencies` lacks. */
  stored: number | null;
  /** The decimals according to the contract. Null for a code that the contract lacks. */
  expected: number | null;
};

/** The currencies of payments whose stored decimals are not those of the contract. */
export async function selectExponentDifferences(orm: Queries): Promise<ExponentDifference[]> {
  const used = await orm.execute<{ code: string; exponent: number | null }>(sql`
    select code, exponent from (${usedCurrencies}) used left join currencies using (code) order by code`);
  return used.flatMap(({ code, exponent }) => {
    const expected = currencyExponents.get(code) ?? null;
    // The next start adds a code that the table lacks.
    const isAsExpected = expected !== null && (exponent === null || exponent === expected);
    return isAsExpected ? [] : [{ currency: code, stored: exponent, expected }];
  });
}
