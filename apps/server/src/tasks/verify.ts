import { parseArgs } from 'node:util';
import { type ExponentDifference, selectExponentDifferences } from '@paydeck/db/currencies';
import { type RollupDifference, repairRollups, verifyRollups } from '@paydeck/db/rollups';
import { print, runTask } from './run-task.ts';

const { values: options } = parseArgs({ options: { repair: { type: 'boolean', default: false } } });

const describe = ({ rollup, startsAt, currency, method, status, stored, actual }: RollupDifference) =>
  `${rollup} ${startsAt} ${currency} ${method} ${status}: ` +
  `stored ${stored.count} payments, ${stored.amountMinor}; actual ${actual.count}, ${actual.amountMinor}`;

const describeExponent = ({ currency, stored, expected }: ExponentDifference) =>
  expected === null
    ? `${currency} is unknown`
    : `${currency}: stored with ${stored} decimals, expected ${expected}`;

await runTask(async (db) => {
  const exponentDifferences = await selectExponentDifferences(db.orm);
  for (const difference of exponentDifferences) print(describeExponent(difference));
  if (exponentDifferences.length > 0) {
    print(
      'Paydeck would misread amounts in these currencies. See “Decimals of currencies” in docs/database.md.',
    );
    return 1;
  }
  const started = performance.now();
  const { payments, differences } = await verifyRollups(db);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  for (const difference of differences) print(describe(difference));
  if (differences.length === 0) {
    print(`Every rollup equals its payments: ${payments} payments recomputed in ${seconds} s.`);
    return 0;
  }
  print(
    `${differences.length} rollup rows differ from their payments (${payments} payments recomputed in ${seconds} s).`,
  );
  if (!options.repair) {
    print('Run it with --repair to rebuild them. The server may keep running.');
    return 1;
  }
  const { days } = await repairRollups(db, differences);
  const recheck = await verifyRollups(db);
  print(
    `Rebuilt ${days} day${days === 1 ? '' : 's'}. ${recheck.differences.length} rollup rows still differ.`,
  );
  return recheck.differences.length === 0 ? 0 : 1;
});
