import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { type Command, Option } from 'commander';
import { CommandError } from '../errors/command-error.ts';
import { exitCodes } from '../errors/exit-codes.ts';
import { readCsv } from '../import/read-csv.ts';
import { readJsonLines } from '../import/read-json-lines.ts';
import { type BadRow, sendRows } from '../import/send-rows.ts';
import { listenForInterruption } from '../interruption.ts';
import { currencyOr } from '../options/filter-options.ts';
import { parseNumber } from '../options/option-values.ts';
import { plain, print, printJson } from '../output/output.ts';
import { formatCount, startTerminalProgress } from '../output/progress.ts';
import { addConnectionOptions, type ConnectionOptions, withClient } from '../session/connect.ts';

type ImportOptions = ConnectionOptions & {
  format?: 'csv' | 'jsonl';
  currency?: string;
  report?: string;
  patience: number;
};

/** Bad lines that are shown; --report has them all. */
const shownBadRows = 20;

/** `paydeck payments import`. */
export function addImportCommand(payments: Command): void {
  addConnectionOptions(payments.command('import').description('record the payments of a file'))
    .argument('<file>', 'CSV or JSON Lines; - for stdin')
    .addOption(new Option('--format <name>', "default: by the file's ending").choices(['csv', 'jsonl']))
    .option('--currency <code>', "of amounts that name none, ISO 4217 (default: the server's)")
    .option('--report <file>', 'write the bad lines there, as JSON Lines')
    .option(
      '--patience <seconds>',
      'how long the server may be away',
      parseNumber({ min: 0, max: 86_400 }),
      60,
    )
    .addHelpText(
      'after',
      `
It reads what \`paydeck payments export\` writes: ids, times and all. CSV may have the columns ID, Amount, Currency,
Method, Status, Receiver, Description, Failure Code, Failure Message, Created At and Updated At, in any order; Amount,
Method and Receiver must be there. Amounts are in major units, such as 12.34.

It may be repeated for ever, also after it was interrupted: a payment whose id is there already is skipped. A row
without an id gets one that follows from what it says, so equal rows of two files are one payment; equal rows of one
file are two.

Bad lines are reported and left out; then the exit code is 1.

Examples:
  $ paydeck payments import march.csv
  $ paydeck payments import legacy.csv --currency EUR --report bad.jsonl
  $ paydeck payments export --url https://old.example --format jsonl | paydeck payments import - --format jsonl`,
    )
    .action(importFile);
}

async function importFile(file: string, options: ImportOptions): Promise<void> {
  using interruption = listenForInterruption();
  const { signal } = interruption;
  const format = options.format ?? formatOf(file);
  if (options.report !== undefined && resolve(options.report) === resolve(file)) {
    throw new CommandError('The report would replace the file.', 'Give it another name.', {
      exitCode: exitCodes.usage,
    });
  }
  const { input, bytes } = await open(file);
  // One that waits for more, such as stdin, would not see that the work has ended.
  signal.addEventListener('abort', () => input.destroy(new Error('Interrupted.')));
  input.on('error', () => {});
  await withClient(options, async (client) => {
    const currency = await currencyOr(client, options.currency);
    let usesDefault = false;
    const defaultCurrency = () => {
      usesDefault = true;
      return currency;
    };
    const rows = (format === 'csv' ? readCsv : readJsonLines)(input, { defaultCurrency });
    const report = options.report === undefined ? null : createWriteStream(options.report);
    const reportError = new Promise<never>((_, reject) => report?.once('error', reject));
    const progress = startTerminalProgress(bytes, 'bytes');
    let shown = 0;
    const onBadRow = ({ line, problem, text }: BadRow) => {
      report?.write(`${JSON.stringify({ line, problem, text })}\n`);
      shown += 1;
      if (shown <= shownBadRows) progress.note(plain(`line ${line}: ${problem}`));
    };
    const sending = sendRows({
      client,
      rows,
      retrying: {
        patienceMs: options.patience * 1000,
        signal,
        onWait: () => progress.note('Waiting for the server.'),
      },
      onBadRow,
      onProgress: () => progress.update('bytesRead' in input ? Number(input.bytesRead) : 0),
    });
    const counts = await Promise.race([sending, reportError]).finally(() => {
      progress.stop();
      input.destroy();
    });
    if (report !== null) await finished(report.end());
    if (shown > shownBadRows) progress.note(`and ${formatCount(shown - shownBadRows)} more bad lines.`);
    if (usesDefault) progress.note(`Amounts without a currency were taken as ${currency}.`);
    // First: printing may end the process.
    if (counts.bad > 0) process.exitCode = exitCodes.failure;
    if (signal.aborted) process.exitCode = exitCodes.interrupted;
    if (options.json) printJson({ ...counts, complete: !signal.aborted });
    else {
      const [created, skipped, bad] = [counts.created, counts.skipped, counts.bad].map(formatCount);
      print(
        `${created} created, ${skipped} were there already, ${bad} bad, of ${formatCount(counts.rows)} rows.`,
      );
    }
    if (signal.aborted) progress.note('Interrupted. The same command goes on where it ended.');
  });
}

function formatOf(file: string): 'csv' | 'jsonl' {
  if (/\.csv$/i.test(file)) return 'csv';
  if (/\.(jsonl|ndjson)$/i.test(file)) return 'jsonl';
  throw new CommandError(`Whether ${file} is CSV or JSON Lines is not known.`, 'Say so with --format.', {
    exitCode: exitCodes.usage,
  });
}

async function open(file: string): Promise<{ input: Readable; bytes: number }> {
  if (file === '-') return { input: process.stdin, bytes: 0 };
  try {
    const stats = await stat(file);
    if (stats.isDirectory()) throw new Error('It is a folder.');
    const input = createReadStream(file);
    await once(input, 'open');
    return { input, bytes: stats.size };
  } catch (error) {
    throw new CommandError(`${file} can't be read.`, 'Check its name.', {
      exitCode: exitCodes.usage,
      cause: error,
    });
  }
}
