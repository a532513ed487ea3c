const isRightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u200f\u061c]/;

/**
 * Isolates a text that is written from right to left, so that it does not reorder the English words around it (Unicode
 * UAX 9, FSI and PDI). Other texts stay as they are.
 */
export const isolate = (text: string): string => (isRightToLeft.test(text) ? `\u2068${text}\u2069` : text);
