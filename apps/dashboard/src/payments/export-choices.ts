import type { CsvColumn, CsvOptions } from '@paydeck/client';

export const separators = ['comma', 'semicolon', 'tab'] as const satisfies readonly CsvOptions['separator'][];

/** How the exports of this browser are written. */
export type ExportChoices = {
  columns: readonly CsvColumn[];
  separator: (typeof separators)[number];
  /** Whether files begin with a byte order mark. */
  bom: boolean;
};

const storageKey = 'paydeck.export';
const columnNames: readonly CsvColumn[] = ['currency', 'failureCode', 'failureMessage'];

/** The choices of the last export, or those of the specification's file. */
export function keptExportChoices(): ExportChoices {
  const kept = new URLSearchParams(localStorage.getItem(storageKey) ?? '');
  const columns = kept.get('columns')?.split(',') ?? [];
  return {
    columns: columnNames.filter((name) => columns.includes(name)),
    separator: separators.find((name) => name === kept.get('separator')) ?? 'comma',
    bom: kept.has('bom'),
  };
}

export function keepExportChoices({ columns, separator, bom }: ExportChoices): void {
  const kept = new URLSearchParams({ columns: columns.join(','), separator, ...(bom && { bom: 'yes' }) });
  localStorage.setItem(storageKey, kept.toString());
}
