import { FileError } from '../file-error.ts';
import { fieldNames } from '../import-row.ts';
import { compileDateFormat, isTimeZone } from '../text/instant.ts';
import type { Mapping } from './mapping.ts';

/** The caller's part of a mapping. It replaces what a preset or the header says; meanings of texts are added. */
export type MappingChange = Partial<Omit<Mapping, 'name' | 'timeZoneColumn' | 'dateFormatIsOpen'>>;

/** Throws `FileError` for a date format or a time zone that is unknown. */
export function checkFormats({ dateFormat, timeZone }: MappingChange): void {
  if (dateFormat && compileDateFormat(dateFormat) === null)
    throw new FileError(
      `The date format “${dateFormat}” is invalid.`,
      'Write it with YYYY, MM, DD, HH, mm, ss and A, such as DD.MM.YYYY or MM/DD/YYYY HH:mm.',
    );
  if (timeZone !== undefined && !isTimeZone(timeZone))
    throw new FileError(`The time zone “${timeZone}” is unknown.`, 'Use an IANA name such as Europe/Berlin.');
}

/** A mapping with the changes of its caller. */
export function changeMapping(mapping: Mapping, change: MappingChange): Mapping {
  const values = { ...mapping.values };
  for (const field of fieldNames) {
    const texts = change.values?.[field];
    if (texts !== undefined) values[field] = { ...values[field], ...texts };
  }
  return {
    ...mapping,
    ...change,
    columns: { ...mapping.columns, ...change.columns },
    constants: { ...mapping.constants, ...change.constants },
    values,
    leaveOut: [...mapping.leaveOut, ...(change.leaveOut ?? [])],
    ...(change.timeZone !== undefined && { timeZoneColumn: undefined }),
  };
}
