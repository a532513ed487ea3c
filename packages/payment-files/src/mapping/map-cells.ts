import { currencyExponents, isKnownCurrency } from '@paydeck/contract/money';
import { paymentMethods, paymentStatuses } from '@paydeck/contract/payments';
import { FileError } from '../file-error.ts';
import { fieldNames, type RowFields, type RowProblem } from '../import-row.ts';
import { isMarkOf, readDecimal } from '../text/decimal.ts';
import { compileDateFormat, isTimeZone, zoneAbbreviations } from '../text/instant.ts';
import { columnsOf, type LeaveOut, type Mapping, type Source } from './mapping.ts';

/** A row in the terms of a payment, why it is left out, or its problem: a phrase after `line 7: `. */
export type MappedCells =
  | { fields: RowFields; reference: string; isRefunded?: true }
  | { leftOut: string }
  | RowProblem;

/** Texts that mean themselves in every mapping. */
const ownNames = new Set<string>([...paymentMethods, ...paymentStatuses]);

/**
 * Compiles a mapping for the columns of a header. `defaultCurrency` is the currency of rows that have none. Throws `FileError`
 * when the mapping reads a column that the header has twice, or needs a date format.
 */
export function compileMapping(
  mapping: Mapping,
  header: readonly string[],
  defaultCurrency: () => string,
): (cells: readonly string[]) => MappedCells {
  refuseColumnsTwice(mapping, header);
  const indexes = new Map(header.map((title, n) => [plain(title), n]));
  const cellOf = (cells: readonly string[], column: string): string =>
    cells[indexes.get(plain(column)) ?? -1]?.trim() ?? '';
  const { dateFormat, dateFormatIsOpen } = mapping;
  if (dateFormat === null && dateFormatIsOpen !== undefined)
    throw new FileError(
      `The date format must be named: ${dateFormatIsOpen}.`,
      'For example: MM/DD/YYYY HH:mm:ss, or DD/MM/YYYY HH:mm:ss.',
    );
  const readDate = compileDateFormat(dateFormat ?? isoWithoutZone);
  const values = new Map(
    Object.entries(mapping.values).map(([field, texts]) => [
      field,
      new Map(Object.entries(texts).map(([text, meaning]) => [plain(text), meaning])),
    ]),
  );
  const sources = Object.entries(mapping.columns);
  const refunded = new Set(mapping.refundedStatuses);

  const zoneOf = (cells: readonly string[]): string | null => {
    if (mapping.timeZoneColumn === undefined) return mapping.timeZone;
    const name = cellOf(cells, mapping.timeZoneColumn);
    const zone = zoneAbbreviations[name.toUpperCase()] ?? name;
    return isTimeZone(zone) ? zone : null;
  };

  return (cells) => {
    const leftOut = mapping.leaveOut.find((rule) => isLeftOut(rule, cellOf(cells, rule.column)));
    if (leftOut !== undefined)
      return { leftOut: `${leftOut.column} is “${cellOf(cells, leftOut.column)}”: ${leftOut.reason}` };
    const fields: Record<string, string> = { ...mapping.constants };
    let isRefunded = false;
    for (const [field, source] of sources) {
      const text = textOf(source, (column) => cellOf(cells, column));
      if (text === '') continue;
      if (field === 'status') isRefunded = refunded.has(plain(text));
      const meaning = values.get(field);
      const chosen = meaning?.get(plain(text));
      if (chosen === null) return { leftOut: `${field} is “${text}”, which you chose to leave out` };
      const known = meaning === undefined ? text : (chosen ?? ownNameOf(text));
      if (known === undefined) {
        const problem = `${field} “${text}” has no meaning in the mapping ${mapping.name}`;
        const name = fieldNames.find((candidate) => candidate === field);
        return name === undefined ? { problem } : { problem, unknown: { field: name, text } };
      }
      fields[field] = known;
    }
    // A payment without a time is one of now, which a file with dates does not say.
    if (dateFormat !== null && mapping.columns.createdAt !== undefined && fields.createdAt === undefined)
      return { problem: 'createdAt must be given: the row has no date' };
    for (const field of ['createdAt', 'updatedAt']) {
      const text = fields[field];
      if (text === undefined || readDate === null) continue;
      const zone = zoneOf(cells);
      if (dateFormat === null && (!isIsoWithoutZone.test(text) || (zone === 'UTC' && !text.includes('T'))))
        continue;
      if (zone === null)
        return {
          problem: `the time zone “${cellOf(cells, mapping.timeZoneColumn ?? '')}” is unknown; name one for the file`,
        };
      const read = readDate(text, zone);
      if (read === null)
        return {
          problem: `${field} must be a date of the format ${dateFormat ?? 'YYYY-MM-DDTHH:mm:ss'}, not ${text}`,
        };
      if ('issue' in read) return { problem: `${field} ${read.issue}: ${text}` };
      fields[field] = read.instant;
    }
    if (fields.amount?.includes(',') && mapping.decimal === null)
      return {
        problem: `amount must have a point before its decimals, not “${fields.amount}”; if its comma is the decimal mark, name it`,
      };
    if (fields.amount !== undefined && mapping.decimal !== null) {
      const amount = readDecimal(fields.amount, mapping.decimal);
      if (amount === null)
        return { problem: `amount must be a number with a decimal ${mapping.decimal}, not ${fields.amount}` };
      if (amount.isNegative && mapping.negativeAmounts === 'leave out')
        return { leftOut: 'the money went out: its amount is negative' };
      if (amount.isNegative) return { problem: `amount must not be negative: ${fields.amount}` };
      if (amount.mark !== null && isKnownCurrency(amount.mark)) fields.currency ??= amount.mark;
      const currency = (fields.currency ?? defaultCurrency()).toUpperCase();
      if (amount.mark !== null && isKnownCurrency(currency) && !isMarkOf(amount.mark, currency))
        return {
          problem: `amount “${fields.amount}” says ${amount.mark}, but its currency is ${currency}; name the currency of the file, or its column`,
        };
      if (mayBeThousands(amount.digits, currency))
        return {
          problem: `amount “${fields.amount}” must have no more decimals than ${currency} has; name the other decimal mark if this one separates thousands`,
        };
      fields.amount = amount.digits;
    }
    const reference = mapping.reference
      .map((column) => cellOf(cells, column))
      .filter(Boolean)
      .join(' ');
    return isRefunded ? { fields, reference, isRefunded } : { fields, reference };
  };
}

function refuseColumnsTwice(mapping: Mapping, header: readonly string[]): void {
  const titles = header.map(plain);
  const twice = columnsOf(mapping).find(
    (column) => titles.indexOf(plain(column)) !== titles.lastIndexOf(plain(column)),
  );
  if (twice !== undefined)
    throw new FileError(`The header must have the column “${twice}” only once.`, 'Rename one of them.');
}

/** Dates without a named format. One that names its zone is left as it is, and so is a day in UTC. */
const isoWithoutZone = 'YYYY-MM-DD[THH:mm][:ss][.SSS]';
const isIsoWithoutZone = /^\d{4}-\d{2}-\d{2}(T[^Z+-]*)?$/;

/** Whether a decimal such as `1.500` may be 1500: it has three decimals, and its currency has fewer. */
function mayBeThousands(digits: string, currency: string): boolean {
  const exponent = currencyExponents.get(currency);
  return exponent !== undefined && exponent < 3 && /^\d{1,3}\.\d{3}$/.test(digits);
}

const ownNameOf = (text: string): string | undefined => (ownNames.has(plain(text)) ? plain(text) : undefined);

/** The columns of a caller's change that a header does not have. */
export const missingColumns = (
  { columns = {}, reference = [], leaveOut = [] }: Partial<Mapping>,
  header: readonly string[],
): string[] => {
  const titles = new Set(header.map(plain));
  return columnsOf({ columns, reference, leaveOut }).filter((column) => !titles.has(plain(column)));
};

/** The columns of a header that a mapping does not read. */
export const ignoredColumns = (mapping: Mapping, header: readonly string[]): string[] => {
  const read = new Set(columnsOf(mapping).map(plain));
  return header.filter((title) => title.trim() !== '' && !read.has(plain(title)));
};

const plain = (text: string) => text.trim().toLowerCase();

const textOf = (source: Source, cellOf: (column: string) => string): string => {
  if ('first' in source) return source.first.map(cellOf).find((text) => text !== '') ?? '';
  return [...new Set(source.join.map(cellOf))].filter(Boolean).join(source.by);
};

const isLeftOut = (rule: LeaveOut, text: string): boolean => {
  if (text === '') return false;
  const isListed = (values: readonly string[]) => values.some((value) => plain(value) === plain(text));
  if ('values' in rule) return isListed(rule.values);
  if ('except' in rule) return !isListed(rule.except);
  const words = plain(text).split(/[^\p{L}\p{N}]+/u);
  return rule.words.some((word) => words.includes(word));
};
