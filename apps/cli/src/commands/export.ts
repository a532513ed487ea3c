import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { realpath, rename, stat } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { type CsvColumn, csvColumns, type PaydeckClient, type PaymentFilter } from '@paydeck/client';
import { type CsvOptions, ExportError, exportPayments } from '@paydeck/client/export';
import { type Command, Option } from 'commander';
import { CommandError } from '../errors/command-error.ts';
import { exitCodes } from '../errors/exit-codes.ts';
import { interrupted, listenForInterruption } from '../errors/interruption.ts';
import {
  addFilterOptions,
  type FilterOptions,
  filterDaysRule,
  namesParser,
  readFilter,
} from '../options/filter-options.ts';
import { print, printJson } from '../output/output.ts';
import { formatCount, startTerminalProgress } from '../output/progress.ts';
import { addConnectionOptions, type ConnectionOptions, withClient } from '../session/connect.ts';

type ExportOptions = ConnectionOptions &
  FilterOptions & {
    format?: 'csv' | 'jsonl';
    output?: string;
    columns?: readonly CsvColumn[];
    separator?: 'comma' | 'semicolon' | 'tab';
    decimal?: 'point' | 'comma';
    bom?: true;
  };
const columnNames = ['currency', 'failureCode', 'failureMessage'] as const satisfies readonly CsvColumn[];
type Format = NonNullable<ExportOptions['format']>;

/** `paydeck payments export`. */
export function addExportCommand(payments: Command): void {
  const command = payments
    .command('export')
    .description('export all matching payments as CSV or JSON Lines')
    .option('-o, --output <file>', 'write to this file instead of stdout')
    .addOption(
      new Option(
        '--format <name>',
        'jsonl has all fields (default: from the extension of --output, otherwise csv)',
      ).choices(['csv', 'jsonl']),
    )
    .addOption(
      new Option(
        '--columns <names>',
        'additional CSV columns: currency, failureCode, failureMessage (currency is added automatically unless all payments are in the default currency)',
      ).argParser(namesParser(columnNames)),
    )
    .addOption(
      new Option('--separator <name>', 'separator of CSV cells').choices(['comma', 'semicolon', 'tab']),
    )
    .addOption(
      new Option(
        '--decimal <mark>',
        'mark before the decimals in CSV (default: point); comma needs --separator semicolon or tab',
      ).choices(['point', 'comma']),
    )
    .option('--bom', 'begin CSV with a byte order mark, so that Excel recognizes UTF-8');
  addConnectionOptions(addFilterOptions(command))
    .addHelpText(
      'after',
      `${filterDaysRule}

The export starts with the oldest payment and has no size limit. The command counts the rows and adds up the amounts
that arrive, and compares both with what the server says it sent. Until they match, the file is called FILE.partial. If
the export was cut, the file keeps that name. The exit code is then 1, for an export to stdout too. A device or a pipe
is written directly.
--json with --output prints the number of rows and the sums in minor units.

Examples:
  $ paydeck payments export -o march.csv --from 2026-03-01 --to 2026-03-31
  $ paydeck payments export --format jsonl --status failed | jq .failureCode
  $ paydeck payments export -o excel.csv --bom --separator semicolon --decimal comma
  $ paydeck payments export -o backup.jsonl --json`,
    )
    .action(exportFile);
}

async function exportFile(options: ExportOptions): Promise<void> {
  using interruption = listenForInterruption();
  const { signal } = interruption;
  const { output, json } = options;
  const target = output === undefined ? undefined : await targetOf(output);
  refuseAmbiguousCommas(options);
  const format = options.format ?? (/\.(jsonl|ndjson)$/i.test(output ?? '') ? 'jsonl' : 'csv');
  await withClient(options, async (client) => {
    const filter = await readFilter(client, options);
    try {
      const { rows, sums, asOf } = await download(client, {
        format,
        filter,
        ...(format === 'csv' && { csv: await csvOf(client, filter, options) }),
        target,
        signal,
      });
      if (output === undefined) return;
      const sumsMinor = Object.fromEntries([...sums].map(([currency, sum]) => [currency, Number(sum)]));
      if (json) printJson({ file: output, rows, sumsMinor, asOf });
      else print(`${formatCount(rows)} payments are in ${output}: all of them as of event ${asOf ?? '–'}.`);
    } catch (error) {
      const result = target?.partial === undefined ? '' : `The part that arrived is in ${target.partial}.`;
      if (signal.aborted) throw interrupted(result);
      if (error instanceof ExportError && error.failure === 'cut')
        throw new CommandError(error.message, result, { cause: error });
      throw error;
    }
  });
}

/**
 * The file to write, and its name while it is `partial`. A device or a pipe has no partial name, because renaming a file
 * to its name would replace it.
 */
type Target = { file: string; partial?: string };

/** Checks the name before the export starts, not after it has arrived. */
async function targetOf(output: string): Promise<Target> {
  const existing = await stat(output).catch(() => null);
  if (output === '' || existing?.isDirectory()) {
    throw new CommandError(`--output must name a file, not “${output}”.`, 'For example: payments.csv.', {
      exitCode: exitCodes.usage,
    });
  }
  if (existing !== null && !existing.isFile()) return { file: output };
  // The file behind a symbolic link is replaced, not the link.
  const file = existing === null ? output : await realpath(output);
  return { file, partial: `${file}.partial` };
}

/** Checks what the server would refuse, in the words of the options. */
function refuseAmbiguousCommas({ decimal, separator = 'comma' }: ExportOptions): void {
  if (decimal !== 'comma' || separator !== 'comma') return;
  throw new CommandError(
    "--decimal comma can't be used in a file with commas between its cells.",
    'Add --separator semicolon or --separator tab.',
    { exitCode: exitCodes.usage },
  );
}

/** How CSV is written. The column for the currency is added where amounts need it. */
async function csvOf(
  client: PaydeckClient,
  filter: PaymentFilter,
  { columns: chosen, separator, decimal, bom }: ExportOptions,
): Promise<CsvOptions & { onlyCurrency?: string | undefined }> {
  const { columns, onlyCurrency } = csvColumns(await client.api.payments.currencies.query(), filter, chosen);
  return {
    columns,
    onlyCurrency,
    ...(separator && { separator }),
    ...(decimal && { decimal }),
    ...(bom && { bom }),
  };
}

type Download = {
  format: Format;
  filter: PaymentFilter;
  csv?: Awaited<ReturnType<typeof csvOf>>;
  target: Target | undefined;
  signal: AbortSignal;
};

async function download(client: PaydeckClient, { format, filter, csv, target, signal }: Download) {
  const { onlyCurrency, ...written } = csv ?? {};
  const { total } = await client.api.payments.list.query({ filter, limit: 1 });
  const file = await exportPayments(client, { format, filter, csv: written, onlyCurrency, signal });
  const stream = target === undefined ? process.stdout : createWriteStream(target.partial ?? target.file);
  const progress = startTerminalProgress(total, 'payments');
  try {
    const written = finished(stream, { readable: false, signal }).catch((error: unknown) => {
      throw new CommandError(
        `${target?.file ?? 'stdout'} can't be written.`,
        'Check that its folder exists and has free space.',
        { cause: error },
      );
    });
    written.catch(() => {});
    for await (const chunk of file.chunks) {
      if (!stream.write(chunk)) await Promise.race([once(stream, 'drain'), written]);
      progress.update(file.rows);
    }
    if (target !== undefined) {
      stream.end();
      await written;
      if (target.partial !== undefined) await rename(target.partial, target.file);
    }
  } finally {
    progress.stop();
  }
  if (file.summary === null) throw new Error('The export ended without a summary.');
  return file.summary;
}
