/** The lowest and the highest id that a text can be the beginning of. Both are UUIDs in lower case. */
export type IdRange = { first: string; last: string };

/** With fewer digits a text would find payments by chance. */
const fewestDigits = 8;
const digitsOfUuid = 32;

/**
 * The ids that begin with a text, which has at least the first 8 digits of a UUID: with or without dashes, case-insensitive.
 * Null for any other text. The API compares the ids of live payments with the range, and SQL those of stored ones.
 */
export function idRangeOf(text: string): IdRange | null {
  const digits = text.replaceAll('-', '').toLowerCase();
  if (!/^[0-9a-f]+$/.test(digits) || digits.length < fewestDigits || digits.length > digitsOfUuid)
    return null;
  const written = text.toLowerCase();
  if (written !== digits && !withDashes(digits.padEnd(digitsOfUuid, '0')).startsWith(written)) {
    return null;
  }
  return {
    first: withDashes(digits.padEnd(digitsOfUuid, '0')),
    last: withDashes(digits.padEnd(digitsOfUuid, 'f')),
  };
}

/** Whether an id is in the range. UUIDs in lower case have the same order as texts and as PostgreSQL's `uuid`. */
export const isInRange = (id: string, { first, last }: IdRange): boolean => id >= first && id <= last;

const withDashes = (digits: string): string =>
  digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
