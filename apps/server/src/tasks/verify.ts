import { parseArgs } from 'node:util';
import { type AuditCheck, type AuditFinding, verifyAuditLog } from '@paydeck/db/audit-log';
import type { Database } from '@paydeck/db/connection';
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

const describeAudit = ({ problem, id, lastId }: AuditFinding) =>
  `audit log, rows ${id} to ${lastId}: ${problem.replaceAll('_', ' ')}`;

/** Checks the whole audit log, and prints what is not as it was written. */
async function verifyAudit(db: Database): Promise<boolean> {
  let check: AuditCheck = await verifyAuditLog(db, null);
  let { rows } = check;
  let findings = check.findings;
  while (check.next !== null) {
    check = await verifyAuditLog(db, check.next);
    rows += check.rows;
    findings = findings.concat(check.findings);
  }
  for (const finding of findings) print(describeAudit(finding));
  const { id, hash } = check.head;
  print(
    findings.length === 0
      ? `The audit log is as it was written: ${counted(rows, 'row')}, the newest is ${id}:${hash}.`
      : `Places where the audit log was changed: ${findings.length}. See docs/audit.md.`,
  );
  return findings.length === 0;
}

/** Checks every rollup, and repairs those that differ when that is asked for. Returns whether all are right now. */
async function verifyPayments(db: Database): Promise<boolean> {
  const startedAt = performance.now();
  const { payments, differences } = await verifyRollups(db);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const recomputed = `${counted(payments, 'payment')} recomputed in ${seconds} s`;
  for (const difference of differences) print(describe(difference));
  if (differences.length === 0) {
    print(`Every rollup equals its payments: ${recomputed}.`);
    return true;
  }
  print(`Rollup rows that differ from their payments: ${differences.length} (${recomputed}).`);
  if (!options.repair) {
    print('Run it with --repair to rebuild them. The server may keep running.');
    return false;
  }
  const { days } = await repairRollups(db, differences);
  const recheck = await verifyRollups(db);
  print(`Rebuilt ${counted(days, 'day')}. Rollup rows that still differ: ${recheck.differences.length}.`);
  return recheck.differences.length === 0;
}

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
  const areRollupsRight = await verifyPayments(db);
  const isAuditIntact = await verifyAudit(db);
  return areRollupsRight && isAuditIntact ? 0 : 1;
});
