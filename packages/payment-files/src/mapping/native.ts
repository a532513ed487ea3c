import { FileError } from '../file-error.ts';
import { columnTitles, type Field, fieldNames } from '../import-row.ts';
import type { Mapping } from './mapping.ts';

const plain = (title: string) => title.toLowerCase().replaceAll(/[\s_-]/g, '');

const fieldOf = (title: string): Field | undefined => fieldNames.find((name) => plain(name) === plain(title));

/** The columns of a header that are named after fields. */
export const nativeColumns = (header: readonly string[]): Partial<Record<Field, string>> =>
  Object.fromEntries(
    header.flatMap((title) => {
      const field = fieldOf(title);
      return field === undefined ? [] : [[field, title]];
    }),
  );

/** Whether all columns of a header are named after fields, so that the file needs no mapping. */
export const isNative = (header: readonly string[]): boolean =>
  header.some((title) => title !== '') &&
  header.every((title) => title === '' || fieldOf(title) !== undefined);

/**
 * The mapping of columns that are named after fields, such as `Failure Code` or `failureCode`, as exports have them. Throws
 * `FileError` for a column of another name, unless `ignoresOthers`, and for two columns of one field.
 */
export function nativeMapping(
  header: readonly string[],
  { ignoresOthers }: { ignoresOthers: boolean },
): Mapping {
  const columns: Mapping['columns'] = {};
  for (const title of header) {
    const field = fieldOf(title);
    if (field === undefined) {
      if (ignoresOthers || title === '') continue;
      throw new FileError(
        `The column “${title}” is not a field of a payment.`,
        `The first line must name the columns: ${columnTitles.join(', ')}. To read other columns, map them to fields.`,
      );
    }
    if (columns[field] !== undefined)
      throw new FileError(`The header must have the column “${title}” only once.`, 'Remove one of them.');
    columns[field] = { first: [title] };
  }
  return {
    name: 'payments',
    columns,
    constants: {},
    values: {},
    reference: [],
    leaveOut: [],
    negativeAmounts: 'refuse',
    decimal: null,
    dateFormat: null,
    timeZone: 'UTC',
  };
}
