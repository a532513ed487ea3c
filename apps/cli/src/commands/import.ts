import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { dryRun } from '@paydeck/payment-files/dry-run';
import {
  type FileReading,
  type ReadOptions,
  readPayments,
  separators,
} from '@paydeck/payment-files/read-payments';
import { type BadRow, sendRows } from '@paydeck/payment-files/send-rows';
import { type Command, Option } from 'commander';
import { CommandError } from '../errors/command-error.ts';
import { exitCodes } from '../errors/exit-codes.ts';
import { interrupted, listenForInterruption } from '../errors/interruption.ts';
import { retryThroughOutage } from '../errors/retry-through-outage.ts';
import { describeDryRun, describeReading } from '../import/describe.ts';
import {
  addFileOptions,
  explainFileError,
  type FileOptions,
  mappingChangeOf,
} from '../import/file-options.ts';
import { openReport } from '../import/report.ts';
import { currencyOrDefault } from '../options/filter-options.ts';
import { parseNumber } from '../options/option-values.ts';
import { print, printJson, toPlainLine } from '../output/output.ts';
import { formatCount, startTerminalProgress } from '../output/progress.ts';
import { addConnectionOptions, type ConnectionOptions, withClient } from '../session/connect.ts';

type ImportOptions = ConnectionOptions &
  FileOptions & {
    format?: 'csv' | 'jsonl';
    currency?: string;
    report?: string;
    patience: number;
    dryRun?: true;
  };

/** How many invalid lines are printed. --report has all of them. */
const maxPrintedRows = 20;

/** `paydeck payments import`. */
export function addImportCommand(payments: Command): void {
  const command = payments
    .command('import')
    .description('import payments from a file')
    .argument('<file>', 'CSV or JSON Lines; - reads stdin')
    .addOption(
      new Option('--format <name>', 'format of the file (default: from its extension)').choices([
        'csv',
        'jsonl',
      ]),
    )
    .option(
      '--currency <code>',
      'currency of the rows that have none, ISO 4217 (default: the default currency of the server)',
    )
    .option(
      '--report <file>',
      'write the invalid lines to this file: CSV if it ends in .csv, otherwise JSON Lines',
    )
    .option('--dry-run', 'show what would be recorded and what would not; record nothing')
    .option(
      '--patience <seconds>',
      'how long to wait while the server is away',
      parseNumber({ min: 0, max: 86_400 }),
      60,
    );
  addConnectionOptions(addFileOptions(command))
    .addHelpText(
      'after',
      `
The command reads what \`paydeck payments export\` writes, and keeps the ids and times. CSV may have the columns ID,
Amount, Currency, Method, Status, Receiver, Description, Failure Code, Failure Message, Created At and Updated At, in
any order. Amount, Method and Receiver are required. Amounts are in major units, such as 12.34.

The exports of Stripe (payments, balance history), PayPal, Wise and Mollie are recognized by their header. For other
files, name the columns with --map or --mapping. Dates and decimals are never guessed: name them with --date-format,
--time-zone and --decimal. Rows that are not payments, such as payouts and refunds, are left out and counted.

Repeating an import is safe, after an interruption too: a payment whose id already exists is skipped. A row without an
id gets one that is computed from its content. So equal rows in two files count as the same payment; equal rows in one
file are different payments.

Invalid lines are reported and skipped, and the exit code is then 1. --report bad.csv has their cells, lines and
problems: correct that file, and import it. Without invalid lines, there is no such file.

Examples:
  $ paydeck payments import march.csv
  $ paydeck payments import legacy.csv --currency EUR --report bad.jsonl
  $ paydeck payments import stripe.csv --dry-run
  $ paydeck payments import bank.csv --encoding windows-1252 --currency EUR --decimal comma \\
      --date-format DD.MM.YYYY --map amount=Betrag --map receiver=Name --map createdAt=Datum \\
      --set method=bank_transfer --set status=success
  $ paydeck payments export --url https://old.example --format jsonl | paydeck payments import - --format jsonl`,
    )
    .action(importFile);
}

async function importFile(file: string, options: ImportOptions): Promise<void> {
  using interruption = listenForInterruption();
  const { signal } = interruption;
  const format = options.format ?? formatOf(file);
  if (options.report !== undefined && resolve(options.report) === resolve(file)) {
    throw new CommandError('--report must not name the imported file.', 'Choose another name.', {
      exitCode: exitCodes.usage,
    });
  }
  const { input, bytes } = await open(file);
  // An input that waits for more data, such as stdin, would otherwise never end.
  signal.addEventListener('abort', () => input.destroy(new Error('Interrupted.')));
  input.on('error', () => {});
  await withClient(options, async (client) => {
    const currency = await currencyOrDefault(client, options.currency);
    let usesDefault = false;
    const found: { reading?: FileReading } = {};
    const onReading = (reading: FileReading) => {
      found.reading = reading;
    };
    const defaultCurrency = () => {
      usesDefault = true;
      return currency;
    };
    const rows = readPayments(input, { ...readingOf(options, format), defaultCurrency, onReading });
    const report = openReport(options.report, () => found.reading ?? { header: [], separator: ',' });
    const progress = startTerminalProgress(bytes, 'bytes');
    let shown = 0;
    let hasOpenComma = false;
    const onBadRow = ({ line, problem, text }: BadRow) => {
      report.write({ line, problem, text });
      shown += 1;
      hasOpenComma ||= problem.startsWith('amount must have a point before its decimals');
      if (shown <= maxPrintedRows) progress.note(toPlainLine(`line ${line}: ${problem}`));
    };
    const noteBadRows = () => {
      if (shown > maxPrintedRows)
        progress.note(`and ${formatCount(shown - maxPrintedRows)} more invalid lines`);
      if (hasOpenComma) progress.note('If these amounts have a decimal comma, add --decimal comma.');
    };
    if (options.dryRun === true) {
      const result = await Promise.race([dryRun(rows, { onBadRow }), report.failed])
        .catch((error: unknown) => {
          throw signal.aborted ? interrupted('Nothing was sent.') : explainFileError(error);
        })
        .finally(() => progress.stop());
      await report.end();
      noteBadRows();
      if (result.bad > 0) process.exitCode = exitCodes.failure;
      const described = found.reading === undefined ? [] : describeReading(found.reading);
      if (options.json)
        printJson({
          ...result,
          mapping: found.reading?.mapping ?? null,
          ignoredColumns: found.reading?.ignored ?? [],
        });
      else {
        const isChosen = options.currency !== undefined;
        const lines = describeDryRun(result, { currency, isChosen });
        for (const line of [...described, ...lines]) print(toPlainLine(line));
      }
      return;
    }
    const outages = {
      patienceMs: options.patience * 1000,
      signal,
      onWait: () => progress.note('Waiting for the server.'),
    };
    const sending = sendRows({
      importPayments: (rowsOfCall) =>
        retryThroughOutage(() => client.api.payments.import.mutate({ payments: rowsOfCall }), outages),
      rows,
      signal,
      onBadRow,
      onProgress: () => progress.update('bytesRead' in input ? Number(input.bytesRead) : 0),
    });
    const {
      createdMinor: _c,
      skippedMinor: _s,
      ...counts
    } = await Promise.race([sending, report.failed])
      .catch((error: unknown) => {
        throw explainFileError(error);
      })
      .finally(() => {
        progress.stop();
        input.destroy();
      });
    await report.end();
    noteBadRows();
    if (usesDefault) progress.note(`Amounts without a currency were imported as ${currency}.`);
    // Before anything is printed, because a closed stdout ends the process.
    if (counts.bad > 0) process.exitCode = exitCodes.failure;
    if (signal.aborted) process.exitCode = exitCodes.interrupted;
    if (options.json) printJson({ ...counts, complete: !signal.aborted });
    else {
      const [created, skipped, bad] = [counts.created, counts.skipped, counts.bad].map(formatCount);
      const leftOut = counts.leftOut === 0 ? '' : `${formatCount(counts.leftOut)} left out, `;
      print(
        `${formatCount(counts.rows)} rows: ${created} created, ${skipped} skipped because they exist, ${leftOut}${bad} invalid.`,
      );
    }
    if (signal.aborted) progress.note('Interrupted. Run the same command again to continue.');
  });
}

/** How the file is read, as the options say. */
function readingOf(options: ImportOptions, format: 'csv' | 'jsonl'): Omit<ReadOptions, 'defaultCurrency'> {
  try {
    return {
      format,
      encoding: options.encoding,
      separator: options.separator === undefined ? undefined : separators[options.separator],
      headerLine: options.headerLine,
      preset: options.preset,
      change: mappingChangeOf(options),
      ignoresOtherColumns: options.ignoreColumns === true,
    };
  } catch (error) {
    throw explainFileError(error);
  }
}

function formatOf(file: string): 'csv' | 'jsonl' {
  if (/\.csv$/i.test(file)) return 'csv';
  if (/\.(jsonl|ndjson)$/i.test(file)) return 'jsonl';
  throw new CommandError(`The format of ${file} is unknown.`, 'Add --format csv or --format jsonl.', {
    exitCode: exitCodes.usage,
  });
}

async function open(file: string): Promise<{ input: Readable; bytes: number }> {
  if (file === '-') return { input: process.stdin, bytes: 0 };
  try {
    const stats = await stat(file);
    if (stats.isDirectory()) throw new Error('The name belongs to a folder.');
    const input = createReadStream(file);
    await once(input, 'open');
    return { input, bytes: stats.size };
  } catch (error) {
    throw new CommandError(`${file} can't be read.`, 'Check its name and its permissions.', {
      exitCode: exitCodes.usage,
      cause: error,
    });
  }
}
