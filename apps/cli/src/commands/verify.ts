import type { PaydeckClient } from '@paydeck/client';
import type { Command } from 'commander';
import { CommandError } from '../errors/command-error.ts';
import { exitCodes } from '../errors/exit-codes.ts';
import { listenForInterruption } from '../interruption.ts';
import { parseInteger } from '../options/option-values.ts';
import { print, printJson } from '../output/output.ts';
import { formatCount, type Progress, startTerminalProgress } from '../output/progress.ts';
import { pause } from '../pause.ts';
import { addConnectionOptions, type ConnectionOptions, withClient } from '../session/connect.ts';
import { compare, type Difference } from '../verify/compare.ts';
import { type Recomputed, recompute } from '../verify/recompute.ts';

type VerifyOptions = ConnectionOptions & { tries: number };

/** `paydeck verify`. */
export function addVerifyCommand(program: Command): void {
  addConnectionOptions(
    program
      .command('verify')
      .description('recompute the numbers from the payments, and compare them with what is shown'),
  )
    .option(
      '--tries <n>',
      'how often, while payments are being written',
      parseInteger({ min: 1, max: 1000 }),
      10,
    )
    .addHelpText(
      'after',
      `
It reads every payment and adds up totals, revenue by month and failures, of every currency. Then it compares them with
what list and stats show as of the same event. When something is written meanwhile it begins again. The exit code is 6
when a number differs, and 1 when the server never kept still for long enough: then run it again at a quieter time. (Who
has the database may run \`npx -y pnpm@12 verify\` beside the server, which needs no quiet.)

Examples:
  $ paydeck verify
  $ PAYDECK_API_KEY=pdk_… paydeck verify --json`,
    )
    .action(verify);
}

const verify = (options: VerifyOptions) =>
  withClient(options, async (client) => {
    using interruption = listenForInterruption();
    const { signal } = interruption;
    for (let tries = 1; tries <= options.tries; tries += 1) {
      const found = await attempt(client, signal).catch((error: unknown) => {
        if (signal.aborted) throw new CommandError('Interrupted.', '', { exitCode: exitCodes.interrupted });
        throw error;
      });
      if (found !== null) return report(found, options);
      if (tries < options.tries) await pause(500 * tries, signal);
    }
    throw new CommandError(
      'Payments were written all the time.',
      'Run it again at a quieter time, or with more --tries.',
    );
  });

type Found = { recomputed: Recomputed; differences: Difference[] };

/** Null when something was written meanwhile. */
async function attempt(client: PaydeckClient, signal: AbortSignal): Promise<Found | null> {
  const { total, asOf } = await client.api.payments.list.query({ limit: 1 });
  const progress: Progress = startTerminalProgress(total, 'payments');
  try {
    const found = await recompute(client, { signal, onProgress: progress.update });
    // An export of no payment does not say when it was true.
    const recomputed = { ...found, asOf: found.asOf ?? asOf };
    const differences = await compare(client, recomputed);
    return differences === null ? null : { recomputed, differences };
  } finally {
    progress.stop();
  }
}

function report({ recomputed: { payments, asOf }, differences }: Found, { json }: VerifyOptions): void {
  if (differences.length > 0) process.exitCode = exitCodes.differences;
  if (json) {
    printJson({ payments, asOf, differences });
    return;
  }
  for (const { what, shown, recomputed } of differences)
    print(`${what}: shown ${shown}, recomputed ${recomputed}`);
  const as = `as of event ${asOf ?? '–'}: ${formatCount(payments)} payments recomputed`;
  print(
    differences.length === 0
      ? `Every number is what its payments add up to, ${as}.`
      : `${formatCount(differences.length)} numbers differ, ${as}.`,
  );
}
