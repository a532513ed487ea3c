/** `pnpm currencies:generate`: writes src/currencies.ts from the packages countries-list and cldr-core. */
import { writeFileSync } from 'node:fs';
import { currenciesFile, generatedCurrencies } from './generated-currencies.ts';

writeFileSync(currenciesFile, generatedCurrencies());
