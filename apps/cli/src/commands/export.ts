import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rename, stat } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import type { PaydeckClient, PaymentFilter } from '@paydeck/client';
import { ExportError, exportPayments } from '@paydeck/client/export';
import { type Command, Option } from 'commander';
import { CommandError } from '../command-error.ts';
import { addConnectionOptions, type ConnectionOptions, withClient } from '../connect.ts';
import { exitCodes } from '../exit-codes.ts';
import { addFilterOptions, type FilterOptions, readFilter } from '../filter-options.ts';
import { listenForInterruption } from '../interruption.ts';
import { print, printJson } from '../output.ts';
import { formatCount, startTerminalProgress } from '../progress.ts';

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
  if (output !== undefined) await checkTarget(output);
  const format = options.format ?? (/\.(jsonl|ndjson)$/i.test(output ?? '') ? 'jsonl' : 'csv');
  await withClient(options, async (client) => {
    const filter = await readFilter(client, options);
    try {
      const { rows, sums, asOf } = await receive(client, { format, filter, output, signal });
      if (output === undefined) return;
      const sumsMinor = Object.fromEntries([...sums].map(([currency, sum]) => [currency, Number(sum)]));
      if (json) printJson({ file: output, rows, sumsMinor, asOf });
      else
        print(
          `${formatCount(rows)} payments are in ${output}, all that there were as of event ${asOf ?? '–'}.`,
        );
    } catch (error) {
      const left = output === undefined ? '' : `What came of it is ${output}.partial.`;
      if (signal.aborted) throw new CommandError('Interrupted.', left, { exitCode: exitCodes.interrupted });
      if (error instanceof ExportError && error.failure === 'cut')
        throw new CommandError(error.message, left, { cause: error });
      throw error;
    }
  });
}

/** Now rather than when all has come. */
async function checkTarget(output: string): Promise<void> {
  const isFolder = output === '' || (await stat(output).catch(() => null))?.isDirectory() === true;
  if (!isFolder) return;
  throw new CommandError(`--output ${output} is no name of a file.`, 'Name one, such as payments.csv.', {
    exitCode: exitCodes.usage,
  });
}

type Receiving = { format: Format; filter: PaymentFilter; output: string | undefined; signal: AbortSignal };

async function receive(client: PaydeckClient, { format, filter, output, signal }: Receiving) {
  const { total } = await client.api.payments.list.query({ filter, limit: 1 });
  const file = await exportPayments(client, { format, filter, signal });
  const partial = `${output}.partial`;
  const target = output === undefined ? process.stdout : createWriteStream(partial);
  const progress = startTerminalProgress(total, 'payments');
  try {
    const broken = finished(target, { readable: false, signal }).catch((error: unknown) => {
      throw new CommandError(
        `${output ?? 'stdout'} can't be written.`,
        'Check the folder, and its free space.',
        {
          cause: error,
        },
      );
    });
    broken.catch(() => {});
    for await (const chunk of file.chunks) {
      if (!target.write(chunk)) await Promise.race([once(target, 'drain'), broken]);
      progress.update(file.rows);
    }
    if (output !== undefined) {
      target.end();
      await broken;
      await rename(partial, output);
    }
  } finally {
    progress.stop();
  }
  if (file.summary === null) throw new Error('The export ended without its sums.');
  return file.summary;
}
