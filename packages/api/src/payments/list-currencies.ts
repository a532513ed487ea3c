import type { Database } from '@paydeck/db/connection';
import { selectUsedCurrencies } from '@paydeck/db/currencies';
import type { z } from 'zod';
import type { ApiSettings } from '../settings.ts';
import type { currenciesInUse } from './schema.ts';

/** The default currency, and the currencies that payments have. */
export async function listCurrencies({
  db,
  settings,
}: {
  db: Database;
  settings: ApiSettings;
}): Promise<z.output<typeof currenciesInUse>> {
  return { default: settings.defaultCurrency, inUse: await selectUsedCurrencies(db) };
}
