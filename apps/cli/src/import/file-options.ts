import { readFileSync } from 'node:fs';
import { checkFormats, type MappingChange } from '@paydeck/payment-files/change-mapping';
import { fieldNames } from '@paydeck/payment-files/import-row';
import { parseMapping } from '@paydeck/payment-files/parse-mapping';
import { presets } from '@paydeck/payment-files/presets';
import {
  type Encoding,
  encodings,
  FileError,
  type SeparatorName,
  separators,
} from '@paydeck/payment-files/read-payments';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { CommandError } from '../errors/command-error.ts';
import { exitCodes } from '../errors/exit-codes.ts';
import { parseNumber } from '../options/option-values.ts';
import { formatChoices } from '../output/output.ts';

/** The options about a file: how its bytes, cells and columns are read. */
export type FileOptions = {
  encoding?: Encoding;
  separator?: SeparatorName;
  headerLine?: number;
  preset?: string;
  mapping?: string;
  map?: Record<string, string>;
  set?: Record<string, string>;
  ignoreColumns?: true;
  decimal?: 'point' | 'comma';
  dateFormat?: string;
  timeZone?: string;
};

/** Declares the options of `FileOptions`. */
export function addFileOptions(command: Command): Command {
  const options = [
    new Option(
      '--encoding <name>',
      'encoding (default: a byte order mark names it, otherwise UTF-8)',
    ).choices(encodings),
    new Option(
      '--separator <name>',
      'separator of the cells (default: read from the header, or from a line such as `sep=;`)',
    ).choices(Object.keys(separators)),
    new Option('--header-line <n>', 'line of the header, if other lines come before it').argParser(
      parseNumber({ min: 1, max: 1_000 }),
    ),
    new Option('--preset <name>', 'program that wrote the file (default: recognized by its header)').choices([
      ...presets.map(({ name }) => name),
      'payments',
    ]),
    new Option('--map <field=column>', 'the column of a field; repeat it for each field').argParser(pairs),
    new Option('--set <field=text>', 'a text for every payment, such as method=bank_transfer').argParser(
      pairs,
    ),
    new Option('--mapping <file>', 'a JSON file with columns, values and formats'),
    new Option('--ignore-columns', 'leave out columns that are not fields of a payment'),
    new Option(
      '--decimal <mark>',
      'decimal separator; with this option, amounts may have thousands separators',
    ).choices(['point', 'comma']),
    new Option('--date-format <format>', 'such as DD.MM.YYYY or "MM/DD/YYYY HH:mm" (default: ISO 8601)'),
    new Option('--time-zone <name>', 'zone of times that name none, such as Europe/Berlin (default: UTC)'),
  ];
  for (const option of options) command.addOption(option.helpGroup('File:'));
  return command;
}

/** Reads `field=text` into the fields before it. */
function pairs(text: string, previous: Record<string, string> = {}): Record<string, string> {
  const at = text.indexOf('=');
  const field = text.slice(0, at).trim();
  if (at === -1) throw new InvalidArgumentError('Write it as field=text, such as amount=Betrag.');
  if (!fieldNames.some((name) => name === field))
    throw new InvalidArgumentError(`The field must be ${formatChoices(fieldNames)}.`);
  return { ...previous, [field]: text.slice(at + 1) };
}

/** The changes of the mapping that these options ask for; undefined for none. Throws a usage error for a wrong format. */
export function mappingChangeOf(options: FileOptions): MappingChange | undefined {
  const { mapping, map, set, decimal, dateFormat, timeZone } = options;
  if ([mapping, map, set, decimal, dateFormat, timeZone].every((value) => value === undefined))
    return undefined;
  const columns = Object.fromEntries(
    Object.entries(map ?? {}).map(([field, column]) => [field, { first: [column] }]),
  );
  const fromFile = mapping === undefined ? {} : parseMapping(readText(mapping));
  const change: MappingChange = {
    ...fromFile,
    columns: { ...fromFile.columns, ...columns },
    constants: { ...fromFile.constants, ...set },
    ...(decimal !== undefined && { decimal }),
    ...(dateFormat !== undefined && { dateFormat }),
    ...(timeZone !== undefined && { timeZone }),
  };
  checkFormats(change);
  return change;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new CommandError(`--mapping: ${file} can't be read.`, 'Check its name and its permissions.', {
      exitCode: exitCodes.usage,
      cause,
    });
  }
}

/** A `FileError` as an error of the command line, with its advice. Other errors stay as they are. */
export const explainFileError = (error: unknown): unknown =>
  error instanceof FileError ? new CommandError(error.message, error.advice, { cause: error }) : error;
