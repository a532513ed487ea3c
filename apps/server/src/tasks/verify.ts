import { parseArgs } from 'node:util';
import { type RollupDifference, repairRollups, verifyRollups } from '@paydeck/db/rollups';
import { print, runTask } from './run-task.ts';

const { values: options } = parseArgs({ options: { repair: { type: 'boolean', default: false } } });

const describe = ({ rollup, startsAt, currency, method, status, stored, actual }: RollupDifference) =>
  `${rollup} ${startsAt} ${currency} ${method} ${status}: ` +
  `stored ${stored.count} payments, ${stored.amountMinor}; actual ${actual.count}, ${actual.amountMinor}`;

await runTask(async (db) => {
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
