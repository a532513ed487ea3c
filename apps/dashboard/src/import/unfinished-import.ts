import { basePath } from '../page-url.ts';
import type { ImportSettings } from './import-settings.ts';

/** An import that began in this browser and has not ended. The file itself is not kept. */
export type UnfinishedImport = {
  userId: string;
  name: string;
  size: number;
  rows: number;
  settings: ImportSettings;
};

const storageKey = `paydeck.import${basePath}`;

/** The unfinished import of a user; null if there is none. */
export function unfinishedImportOf(userId: string): UnfinishedImport | null {
  const kept = parse(localStorage.getItem(storageKey) ?? '');
  return isUnfinishedImport(kept) && kept.userId === userId ? kept : null;
}

/** Does nothing if the browser's storage is full: then only the settings must be chosen again. */
export function keepUnfinishedImport(unfinished: UnfinishedImport): void {
  try {
    localStorage.setItem(storageKey, JSON.stringify(unfinished));
  } catch {
    forgetUnfinishedImport();
  }
}

export function forgetUnfinishedImport(): void {
  localStorage.removeItem(storageKey);
}

/** Whether a chosen file is that of the unfinished import. */
export const isFileOf = ({ name, size }: UnfinishedImport, file: File): boolean =>
  file.name === name && file.size === size;

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Only this page writes the entry, with `keepUnfinishedImport`. An older version may have written other settings. */
function isUnfinishedImport(value: unknown): value is UnfinishedImport {
  return (
    typeof value === 'object' &&
    value !== null &&
    'settings' in value &&
    typeof value.settings === 'object' &&
    value.settings !== null &&
    ['values', 'columns', 'constants', 'preset', 'currency', 'headerLine'].every(
      (name) => name in Object(value.settings),
    ) &&
    ['userId', 'name', 'size', 'rows'].every((name) => name in value)
  );
}
