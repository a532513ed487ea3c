import { parseArgs } from 'node:util';
import { type ExponentDifference, selectExponentDifferences } from '@paydeck/db/currencies';
import { isMigrated } from '@paydeck/db/migrate';
import { type RollupDifference, repairRollups, verifyRollups } from '@paydeck/db/rollups';
import { counted, print, runTask } from './run-task.ts';

const { values: options } = parseArgs({ options: { repair: { type: 'boolean', default: false } } });

const describe = ({ rollup, startsAt, currency, method, status, stored, actual }: RollupDifference) =>
  `${rollup} ${startsAt} ${currency} ${method} ${status}: stored ${counted(stored.count, 'payment')}, sum ` +
  `${stored.amountMinor}; actual ${counted(actual.count, 'payment')}, sum ${actual.amountMinor} (minor units)`;

const describeExponent = ({ currency, stored, expected }: ExponentDifference) =>
  expected === null
    ? `${currency} is unknown`
    : `${currency}: stored with ${stored} decimals, expected ${expected}`;

await runTask(async (db) => {
  if (!(await isMigrated(db))) {
    print(
      'The database lacks migrations of this version. Run db:migrate or start the server, then verify again.',
    );
    return 1;
  }
  const exponentDifferences = await selectExponentDifferences(db.orm);
  for (const difference of exponentDifferences) print(describeExponent(difference));
  if (exponentDifferences.length > 0) {
    print(
      'Paydeck would misread amounts in these currencies. See “Decimals of currencies” in docs/database.md.',
    );
    return 1;
  }
  const startedAt = performance.now();
  const { payments, differences } = await verifyRollups(db);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const recomputed = `${counted(payments, 'payment')} recomputed in ${seconds} s`;
  for (const difference of differences) print(describe(difference));
  if (differences.length === 0) {
    print(`Every rollup equals its payments: ${recomputed}.`);
    return 0;
  }
  print(`Rollup rows that differ from their payments: ${differences.length} (${recomputed}).`);
  if (!options.repair) {
    print('Run it with --repair to rebuild them. The server may keep running.');
    return 1;
  }
  const { days } = await repairRollups(db, differences);
  const recheck = await verifyRollups(db);
  print(`Rebuilt ${counted(days, 'day')}. Rollup rows that still differ: ${recheck.differences.length}.`);
  return recheck.differences.length === 0 ? 0 : 1;
});
