import type { MappingChange } from '@paydeck/payment-files/change-mapping';
import type { Field } from '@paydeck/payment-files/import-row';
import { nativeColumns } from '@paydeck/payment-files/native';
import {
  type Encoding,
  type ReadOptions,
  type SeparatorName,
  separators,
} from '@paydeck/payment-files/read-payments';
import { getTimeZone } from '../format/time-zone.ts';

/** A mapping whose columns the operator chooses. */
export const ownMapping = 'own';
/** The mapping of columns that have the names of Paydeck's export. */
export const nativeMapping = 'payments';

/** More bad rows than this are counted, but not kept for the download. */
export const maxKeptRows = 50_000;

/** The operator's choices about a file. If one is empty, the file or its preset decides. */
export type ImportSettings = {
  encoding: Encoding | '';
  separator: SeparatorName | '';
  /** A number from 1, as text. */
  headerLine: string;
  /** A preset, `payments` or `own`; empty for the one that the header names. */
  preset: string;
  /** The currency of rows that have none. */
  currency: string;
  decimal: 'point' | 'comma' | '';
  dateFormat: string;
  timeZone: string;
  /** Only for an own mapping: the column of each field, and of the text that identifies a row. */
  columns: Partial<Record<Field, string>>;
  reference: string;
  constants: { method: string; status: string };
  /** The meanings of texts, by field; null if rows that have the text are not recorded. */
  values: Partial<Record<Field, Readonly<Record<string, string | null>>>>;
};

export const noSettings: ImportSettings = {
  encoding: '',
  separator: '',
  headerLine: '',
  preset: '',
  currency: '',
  decimal: '',
  dateFormat: '',
  timeZone: '',
  columns: {},
  reference: '',
  constants: { method: '', status: '' },
  values: {},
};

export const formatOf = (file: File): 'csv' | 'jsonl' =>
  /\.(jsonl|ndjson)$/i.test(file.name) ? 'jsonl' : 'csv';

/** The choices about the bytes and the cells of a file. */
export const encodingOf = ({ encoding, separator, headerLine }: ImportSettings) => ({
  encoding: encoding || undefined,
  separator: separator === '' ? undefined : separators[separator],
  headerLine: /^[1-9]\d{0,2}$/.test(headerLine) ? Number(headerLine) : undefined,
});

/** The column of each field of an own mapping: the chosen one, or one that is named after the field. */
export function columnsOf({ columns }: ImportSettings, header: readonly string[]): ImportSettings['columns'] {
  const all = { ...nativeColumns(header), ...columns };
  return Object.fromEntries(Object.entries(all).filter(([, column]) => header.includes(column)));
}

/**
 * The zone of times without one; empty if the file or its preset decides. For another program's file, it is the zone of the page
 * unless one is chosen.
 */
export const timeZoneFor = ({ timeZone }: ImportSettings, preset: string): string =>
  timeZone || (preset === ownMapping ? getTimeZone() : '');

/** How the file is read. `preset` is the one that the settings or the header name. */
export function readOptionsOf(
  file: File,
  settings: ImportSettings,
  { preset, header, defaultCurrency }: { preset: string; header: readonly string[]; defaultCurrency: string },
): ReadOptions {
  const currency = settings.currency || defaultCurrency;
  const format = formatOf(file);
  return {
    format,
    ...encodingOf(settings),
    ...(format === 'csv' && {
      preset,
      change: changeOf(settings, preset, header),
      ignoresOtherColumns: true,
    }),
    defaultCurrency: () => currency,
  };
}

function changeOf(settings: ImportSettings, preset: string, header: readonly string[]): MappingChange {
  const { decimal, dateFormat, values } = settings;
  const timeZone = timeZoneFor(settings, preset);
  return {
    values,
    ...(decimal !== '' && { decimal }),
    ...(dateFormat !== '' && { dateFormat }),
    ...(timeZone !== '' && { timeZone }),
    ...(preset === ownMapping && ownColumnsOf(settings, header)),
  };
}

function ownColumnsOf(settings: ImportSettings, header: readonly string[]): MappingChange {
  const { reference, constants } = settings;
  const columns = Object.entries(columnsOf(settings, header));
  return {
    columns: Object.fromEntries(columns.map(([field, column]) => [field, { first: [column] }])),
    constants: Object.fromEntries(Object.entries(constants).filter(([, text]) => text !== '')),
    reference: header.includes(reference) ? [reference] : [],
    negativeAmounts: 'leave out',
  };
}
