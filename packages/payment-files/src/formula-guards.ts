import type { RowFields } from './import-row.ts';

/**
 * The fields of a row that an export wrote, without the apostrophes that it put before formulas: one at the start of a text,
 * and one after each place at which a program that expects another separator would begin a cell.
 */
export const withoutGuards = (fields: RowFields, separator: string): RowFields => ({
  ...fields,
  ...without('receiver', fields, separator),
  ...without('description', fields, separator),
  ...without('failureMessage', fields, separator),
});

function without(name: 'receiver' | 'description' | 'failureMessage', fields: RowFields, separator: string) {
  const text = fields[name];
  return text === undefined ? {} : { [name]: withoutGuard(text, separator) };
}

/** Where there are more apostrophes, the export has added one, so exactly one must be removed. */
export const withoutGuard = (text: string, separator: string): string =>
  text
    .replace(/^'(?='*[-=+@＝＋－＠\t\r\n])/, '')
    .replace(/([;\t\r\n])'(?='*[" ]*[-=+@＝＋－＠])|(,)'(?='*"*[-=+@＝＋－＠])/g, (all, before, comma) =>
      (before ?? comma) === separator ? all : (before ?? comma),
    );

/** The start of a text that a spreadsheet may run as a formula. A negative number is none. */
const formula = /^'*[-=+@＝＋－＠\t\r\n]/;
const negativeNumber = /^-[\d.,'’\s]+$/;

/** Puts the apostrophes into a text that `withoutGuard` removes, so that no spreadsheet runs a part of it as a formula. */
export function withGuard(text: string, separator: string): string {
  const guarded = text.replace(
    /([;\t\r\n])(?='*[" ]*[-=+@＝＋－＠])|(,)(?='*"*[-=+@＝＋－＠])/g,
    (mark: string) => (mark === separator ? mark : `${mark}'`),
  );
  return formula.test(guarded) && !negativeNumber.test(guarded) ? `'${guarded}` : guarded;
}
