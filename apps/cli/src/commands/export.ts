import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { realpath, rename, stat } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import type { PaydeckClient, PaymentFilter } from '@paydeck/client';
import { ExportError, exportPayments } from '@paydeck/client/export';
import { type Command, Option } from 'commander';
import { CommandError } from '../errors/command-error.ts';
import { exitCodes } from '../errors/exit-codes.ts';
import { listenForInterruption } from '../interruption.ts';
import { addFilterOptions, type FilterOptions, readFilter } from '../options/filter-options.ts';
import { print, printJson } from '../output/output.ts';
import { formatCount, startTerminalProgress } from '../output/progress.ts';
import { addConnectionOptions, type ConnectionOptions, withClient } from '../session/connect.ts';

type ExportOptions = ConnectionOptions & FilterOptions & { format?: 'csv' | 'jsonl'; output?: string };
type Format = NonNullable<ExportOptions['format']>;

/** `paydeck payments export`. */
export function addExportCommand(payments: Command): void {
  addConnectionOptions(
    addFilterOptions(payments.command('export').description('all payments that match, as a file')),
  )
    .addOption(
      new Option(
        '--format <name>',
        'jsonl has all fields (default: by the ending of the file, or csv)',
      ).choices(['csv', 'jsonl']),
    )
    .option('-o, --output <file>', 'write it there, and not to stdout')
    .addHelpText(
      'after',
      `
Oldest first, without a cap. What comes is held to the count and the sums that the server says it has sent. A file gets
its name when it is whole; until then, and when it was cut, it is FILE.partial. Then the exit code is 1, also for stdout.
A device or a pipe is written to as it is.
With --json and --output the sums go to stdout, in minor units.

Examples:
  $ paydeck payments export -o march.csv --from 2026-03-01 --to 2026-04-01
  $ paydeck payments export --format jsonl --status failed | jq .failureCode
  $ paydeck payments export -o backup.jsonl --json`,
    )
    .action(exportFile);
}

async function exportFile(options: ExportOptions): Promise<void> {
  using interruption = listenForInterruption();
  const { signal } = interruption;
  const { output, json } = options;
  const target = output === undefined ? undefined : await targetOf(output);
  const format = options.format ?? (/\.(jsonl|ndjson)$/i.test(output ?? '') ? 'jsonl' : 'csv');
  await withClient(options, async (client) => {
    const filter = await readFilter(client, options);
    try {
      const { rows, sums, asOf } = await receive(client, { format, filter, target, signal });
      if (output === undefined) return;
      const sumsMinor = Object.fromEntries([...sums].map(([currency, sum]) => [currency, Number(sum)]));
      if (json) printJson({ file: output, rows, sumsMinor, asOf });
      else
        print(
          `${formatCount(rows)} payments are in ${output}, all that there were as of event ${asOf ?? '–'}.`,
        );
    } catch (error) {
      const left = target?.partial === undefined ? '' : `What came of it is ${target.partial}.`;
      if (signal.aborted) throw new CommandError('Interrupted.', left, { exitCode: exitCodes.interrupted });
      if (error instanceof ExportError && error.failure === 'cut')
        throw new CommandError(error.message, left, { cause: error });
      throw error;
    }
  });
}

/** A file that is to be written; `partial` until it is whole. A device or a pipe has none: a file must not take its place. */
type Target = { file: string; partial?: string };

/** Now rather than when all has come. */
async function targetOf(output: string): Promise<Target> {
  const there = await stat(output).catch(() => null);
  if (output === '' || there?.isDirectory()) {
    throw new CommandError(`--output ${output} is no name of a file.`, 'Name one, such as payments.csv.', {
      exitCode: exitCodes.usage,
    });
  }
  if (there !== null && !there.isFile()) return { file: output };
  // A link goes on to lead to the file.
  const file = there === null ? output : await realpath(output);
  return { file, partial: `${file}.partial` };
}

type Receiving = { format: Format; filter: PaymentFilter; target: Target | undefined; signal: AbortSignal };

async function receive(client: PaydeckClient, { format, filter, target, signal }: Receiving) {
  const { total } = await client.api.payments.list.query({ filter, limit: 1 });
  const file = await exportPayments(client, { format, filter, signal });
  const stream = target === undefined ? process.stdout : createWriteStream(target.partial ?? target.file);
  const progress = startTerminalProgress(total, 'payments');
  try {
    const broken = finished(stream, { readable: false, signal }).catch((error: unknown) => {
      throw new CommandError(
        `${target?.file ?? 'stdout'} can't be written.`,
        'Check the folder, and its free space.',
        {
          cause: error,
        },
      );
    });
    broken.catch(() => {});
    for await (const chunk of file.chunks) {
      if (!stream.write(chunk)) await Promise.race([once(stream, 'drain'), broken]);
      progress.update(file.rows);
    }
    if (target !== undefined) {
      stream.end();
      await broken;
      if (target.partial !== undefined) await rename(target.partial, target.file);
    }
  } finally {
    progress.stop();
  }
  if (file.summary === null) throw new Error('The export ended without its sums.');
  return file.summary;
}
