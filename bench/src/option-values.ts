/** The value of a numeric flag; throws with the flag's name for anything that is no number above 0. */
export function positiveNumber(flag: string, text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new TypeError(`--${flag} takes a number above 0, not ${text}.`);
}

export function positiveInteger(flag: string, text: string): number {
  const value = positiveNumber(flag, text);
  if (Number.isSafeInteger(value)) return value;
  throw new TypeError(`--${flag} takes whole numbers, not ${text}.`);
}
