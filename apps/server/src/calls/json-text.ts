import { AppError, type InputIssue, invalidInput } from '@paydeck/api/errors';

/** No input is nested deeper than 4, and no message that contains one deeper than 7. */
const maxDepth = 20;
const quote = 0x22;
const backslash = 0x5c;
const isOpening = (code: number): boolean => code === 0x5b || code === 0x7b;
const isClosing = (code: number): boolean => code === 0x5d || code === 0x7d;

/**
 * Refuses JSON that is nested too deep, before it is parsed: parsing lists within lists takes many times longer than other
 * JSON of the same length. Does not check the syntax. Reason: `invalid_input`.
 */
export function refuseDeepJson(text: string): void {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) at = endOfString(text, at);
    else if (isClosing(code)) depth -= 1;
    else if (isOpening(code)) {
      depth += 1;
      if (depth > maxDepth)
        throw new AppError('invalid_input', `JSON must not be nested more than ${maxDepth} levels deep.`);
    }
  }
}

/** The index of the quote that ends the string which begins at `start`; the end of the text if there is none. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1) {
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === backslash) slashes += 1;
    if (slashes % 2 === 0) return end;
    end = text.indexOf('"', end + 1);
  }
  return text.length;
}

/** Finds a number with 16 digits or more, or with a large exponent. Most texts have none, and need no further look. */
const longNumber = /(?:^|[[:,\s])-?\d(?:[\d.]{15}|[\d.]*[eE][-+]?\d{3})/;

/** Replaces a number that can't be read as it is written. */
const unreadable = Object.freeze({});

/**
 * The numbers of a JSON text that a double can't hold as they are written, such as 10.0000000000000000001, which JSON.parse
 * reads as 10. A number counts as readable if a double is written that way, with its shortest digits or with more of them, up
 * to 17. Empty for a text that is not JSON. `path` begins at the whole text.
 */
export function unreadableNumbers(text: string): InputIssue[] {
  if (!longNumber.test(text)) return [];
  const message = 'must be a number that a double can hold: use at most 15 digits';
  return [...pathsOfUnreadable(markUnreadable(text), [])].map((path) => ({ path: path.join('.'), message }));
}

/**
 * Refuses an input that is too deep, or has numbers that would be read as others. `pathOf` makes the name of a field from its path
 * in the text. Reason: `invalid_input`.
 */
export function checkJson(text: string, pathOf: (path: string) => string = (path) => path): void {
  refuseDeepJson(text);
  const issues = unreadableNumbers(text);
  if (issues.length > 0) throw invalidInput(issues.map((issue) => ({ ...issue, path: pathOf(issue.path) })));
}

function markUnreadable(text: string): unknown {
  const mark = (_name: string, value: unknown, context?: { source?: string }): unknown =>
    typeof value === 'number' && context?.source !== undefined && !isWrittenAs(value, context.source)
      ? unreadable
      : value;
  try {
    return JSON.parse(text, mark);
  } catch {
    return null;
  }
}

function* pathsOfUnreadable(value: unknown, path: readonly string[]): Generator<readonly string[]> {
  if (value === unreadable) yield path;
  else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value)) yield* pathsOfUnreadable(inner, [...path, name]);
  }
}

/** Whether a double is written like this with some number of digits. 17 digits tell any two doubles apart. */
export function isWrittenAs(value: number, source: string): boolean {
  const decimal = decimalOf(source);
  if (decimal === null) return false;
  if (decimal.digits === '') return true;
  if (decimal.digits.length > 17) return false;
  const written = decimalOf(value.toPrecision(decimal.digits.length));
  return written?.digits === decimal.digits && written.exponent === decimal.exponent;
}

/** A decimal number as its digits, without zeros around them, times a power of ten. Null for other texts, and long ones. */
function decimalOf(text: string): { digits: string; exponent: number } | null {
  if (text.length > 100) return null;
  const [, whole, decimals = '', power = '0'] = /^-?(\d+)(?:\.(\d+))?(?:[eE]([-+]?\d+))?$/.exec(text) ?? [];
  if (whole === undefined) return null;
  const significant = `${whole}${decimals}`.replace(/^0+/, '');
  const digits = significant.replace(/0+$/, '');
  return { digits, exponent: Number(power) - decimals.length + significant.length - digits.length };
}
