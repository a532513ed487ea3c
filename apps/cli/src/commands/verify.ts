import { setTimeout as delay } from 'node:timers/promises';
import type { PaydeckClient } from '@paydeck/client';
import type { Command } from 'commander';
import { CommandError } from '../errors/command-error.ts';
import { exitCodes } from '../errors/exit-codes.ts';
import { interrupted, listenForInterruption } from '../errors/interruption.ts';
import { parseInteger } from '../options/option-values.ts';
import { print, printJson } from '../output/output.ts';
import { formatCount, type Progress, startTerminalProgress } from '../output/progress.ts';
import { addConnectionOptions, type ConnectionOptions, withClient } from '../session/connect.ts';
import { compare, type Difference } from '../verify/compare.ts';
import { type Recomputed, recompute } from '../verify/recompute.ts';
import {
  type AuditPlace,
  type AuditResult,
  describeFinding,
  parseAuditPlace,
  verifyAudit,
} from '../verify/verify-audit.ts';

type VerifyOptions = ConnectionOptions & { tries: number; audit?: true; kept?: AuditPlace };

/** `paydeck verify`. */
export function addVerifyCommand(program: Command): void {
  const command = program
    .command('verify')
    .description('recompute the figures from the payments, and compare them with what the server shows')
    .option(
      '--tries <n>',
      'how many times to try while payments are being written',
      parseInteger({ min: 1, max: 1000 }),
      10,
    )
    .option('--audit', 'check the audit log instead: that no row was changed, removed or inserted')
    .option(
      '--kept <id:hash>',
      'the newest row at an earlier check, to notice a log that was written again',
      parseAuditPlace,
    );
  addConnectionOptions(command)
    .addHelpText(
      'after',
      `
The command reads every payment and adds up totals, revenue by month and failures for every currency. Then it compares
them with what list and stats show as of the same event. If something is written in between, it starts again. The exit
code is 6 when a figure differs, and 1 when something was written during every try: run the command again at a quieter
time. With access to the database, run \`npx -y pnpm@12 verify\` on the server instead, at any time.

Examples:
  $ paydeck verify
  $ paydeck verify --audit --kept 4211:9f86d081…
  $ PAYDECK_API_KEY=pdk_… paydeck verify --json`,
    )
    .action(verify);
}

const verify = (options: VerifyOptions) =>
  withClient(options, async (client) => {
    if (options.audit || options.kept !== undefined) {
      reportAudit(await verifyAudit(client, options.kept), options);
      return;
    }
    using interruption = listenForInterruption();
    const { signal } = interruption;
    try {
      report(await untilUndisturbed(client, options.tries, signal), options);
    } catch (error) {
      throw signal.aborted ? interrupted() : error;
    }
  });

type Result = { recomputed: Recomputed; differences: Difference[] };

/** Repeats the comparison until nothing is written while it runs. Rejects with `CommandError` after the last try. */
async function untilUndisturbed(client: PaydeckClient, tries: number, signal: AbortSignal): Promise<Result> {
  for (let tried = 1; ; tried += 1) {
    const result = await recomputeAndCompare(client, signal);
    if (result !== null) return result;
    if (tried === tries)
      throw new CommandError(
        'Payments were written during every try.',
        'Run the command again at a quieter time, or with more --tries.',
      );
    await delay(500 * tried, undefined, { signal });
  }
}

/** Null when something was written while it ran. */
async function recomputeAndCompare(client: PaydeckClient, signal: AbortSignal): Promise<Result | null> {
  const { total, asOf } = await client.api.payments.list.query({ limit: 1 });
  const progress: Progress = startTerminalProgress(total, 'payments');
  try {
    const found = await recompute(client, { signal, onProgress: progress.update });
    // An export without payments has no asOf.
    const recomputed = { ...found, asOf: found.asOf ?? asOf };
    const differences = await compare(client, recomputed);
    return differences === null ? null : { recomputed, differences };
  } finally {
    progress.stop();
  }
}

function report({ recomputed: { payments, asOf }, differences }: Result, { json }: VerifyOptions): void {
  if (differences.length > 0) process.exitCode = exitCodes.differences;
  if (json) {
    printJson({ payments, asOf, differences });
    return;
  }
  for (const { what, shown, recomputed } of differences)
    print(`${what}: shown ${shown}, recomputed ${recomputed}`);
  const basis = `recomputed from ${formatCount(payments)} payments as of event ${asOf ?? '–'}`;
  print(
    differences.length === 0
      ? `All figures are right, ${basis}.`
      : `${formatCount(differences.length)} figures differ, ${basis}.`,
  );
}

function reportAudit({ rows, findings, head }: AuditResult, { json }: VerifyOptions): void {
  if (findings.length > 0) process.exitCode = exitCodes.differences;
  if (json) {
    printJson({ rows, findings, head });
    return;
  }
  for (const finding of findings) print(describeFinding(finding));
  print(
    findings.length === 0
      ? `The audit log is as it was written: ${formatCount(rows)} rows.`
      : `The audit log was changed in ${formatCount(findings.length)} places. ${formatCount(rows)} rows were checked.`,
  );
  print(`Newest row: ${head.id}:${head.hash}`);
  print('Keep it in another place, and give it to the next check with --kept.');
}
