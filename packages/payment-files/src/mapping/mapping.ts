import type { Field, RowFields } from '../import-row.ts';
import type { DecimalMark } from '../text/decimal.ts';

/** Where a field's text comes from: the first of these columns that is not empty, or all of them with a text between. */
export type Source = { first: readonly string[] } | { join: readonly string[]; by: string };

/**
 * Rows that are not recorded: those whose column has one of these texts, none of them, or one of these words. Words are in
 * lower case. The reason is for people.
 */
export type LeaveOut = { column: string; reason: string } & (
  | { values: readonly string[] }
  | { except: readonly string[] }
  | { words: readonly string[] }
);

/** How the rows of a file become payments. Names of columns and values are case-insensitive. */
export type Mapping = {
  name: string;
  columns: Partial<Record<Field, Source>>;
  /** Texts that every payment gets, unless a column has one. */
  constants: RowFields;
  /**
   * The meanings of a column's texts; null if rows that have the text are left out. A text that is neither listed nor a name of
   * Paydeck's is a problem of its row.
   */
  values: Partial<Record<Field, Readonly<Record<string, string | null>>>>;
  /** Statuses, in lower case, of payments that succeeded and whose money went back later, in part or in full. */
  refundedStatuses?: readonly string[];
  /** The columns that name the row at its source: a payment gets its id from them, so importing it again skips it. */
  reference: readonly string[];
  leaveOut: readonly LeaveOut[];
  /** Money that went out. Most files of providers have payouts and refunds between the payments. */
  negativeAmounts: 'leave out' | 'refuse';
  /** Null: amounts have a point before the decimals, no thousands separators, and no sign. */
  decimal: DecimalMark | null;
  /** A date format of `compileDateFormat`. Null: ISO 8601. */
  dateFormat: string | null;
  /** Why the format must be named: the source writes dates in several ways. */
  dateFormatIsOpen?: string;
  /** The zone of times, unless a column names one for each row. */
  timeZone: string;
  timeZoneColumn?: string | undefined;
};

/** The columns that a mapping reads. */
export function columnsOf({
  columns,
  reference,
  leaveOut,
  timeZoneColumn,
}: Pick<Mapping, 'columns' | 'reference' | 'leaveOut' | 'timeZoneColumn'>): string[] {
  const sources = Object.values(columns).flatMap((source) =>
    'first' in source ? source.first : source.join,
  );
  const zone = timeZoneColumn === undefined ? [] : [timeZoneColumn];
  return [...sources, ...reference, ...leaveOut.map(({ column }) => column), ...zone];
}
