import type { CsvColumn, CsvOptions } from '@paydeck/client';

export const separators = ['comma', 'semicolon', 'tab'] as const satisfies readonly CsvOptions['separator'][];

export const decimals = ['point', 'comma'] as const satisfies readonly CsvOptions['decimal'][];

/** How the exports of this browser are written. */
export type ExportChoices = {
  columns: readonly CsvColumn[];
  separator: (typeof separators)[number];
  /** A comma only in files with semicolons or tabs. */
  decimal: (typeof decimals)[number];
  /** Whether files begin with a byte order mark. */
  bom: boolean;
};

const storageKey = 'paydeck.export';
const columnNames: readonly CsvColumn[] = ['currency', 'failureCode', 'failureMessage'];

/** The choices of the last export, or those of the specification's file. */
export function keptExportChoices(): ExportChoices {
  const kept = new URLSearchParams(localStorage.getItem(storageKey) ?? '');
  const columns = kept.get('columns')?.split(',') ?? [];
  const separator = separators.find((name) => name === kept.get('separator')) ?? 'comma';
  const decimal = decimals.find((name) => name === kept.get('decimal')) ?? 'point';
  return {
    columns: columnNames.filter((name) => columns.includes(name)),
    separator,
    decimal: separator === 'comma' ? 'point' : decimal,
    bom: kept.has('bom'),
  };
}

export function keepExportChoices({ columns, separator, decimal, bom }: ExportChoices): void {
  const kept = new URLSearchParams({
    columns: columns.join(','),
    separator,
    decimal,
    ...(bom && { bom: 'yes' }),
  });
  localStorage.setItem(storageKey, kept.toString());
}

/**
 * The choices with another separator. Semicolons are for spreadsheets of countries with decimal commas, so they bring these
 * along where the locale has them. Between commas, there can be only points.
 */
export function withSeparator(
  choices: ExportChoices,
  separator: ExportChoices['separator'],
  locale?: string,
): ExportChoices {
  if (separator === 'comma') return { ...choices, separator, decimal: 'point' };
  const isSuggested = separator === 'semicolon' && choices.separator !== separator && hasDecimalComma(locale);
  return { ...choices, separator, decimal: isSuggested ? 'comma' : choices.decimal };
}

const hasDecimalComma = (locale: string | undefined): boolean =>
  new Intl.NumberFormat(locale)
    .formatToParts(0.5)
    .some(({ type, value }) => type === 'decimal' && value === ',');
