import { parseArgs } from 'node:util';

/** The flags of a benchmark, each with its default. An empty default leaves the value to the benchmark. */
export type FlagDefaults<Name extends string> = Readonly<Record<Name, string>>;

/** The flags as the usage shows them: `[--rounds 5] [--seconds n]`. */
export const describeFlags = (defaults: FlagDefaults<string>): string =>
  Object.entries(defaults)
    .map(([name, value]) => `[--${name} ${value || 'n'}]`)
    .join(' ');

/**
 * Reads the flags from the arguments. Throws `TypeError` for an unknown flag. Each method throws it for a value of the wrong
 * kind. The messages are written for the user.
 */
export function readFlags<Name extends string>(args: readonly string[], defaults: FlagDefaults<Name>) {
  const options = Object.fromEntries(
    Object.keys(defaults).map((name) => [name, { type: 'string' } as const]),
  );
  const { values } = parseArgs({ args: [...args], options });
  const text = (name: Name): string => {
    const value = values[name];
    return typeof value === 'string' ? value : defaults[name];
  };
  const list = (name: Name) => text(name).split(',');
  return {
    list,
    number: (name: Name) => positiveNumber(name, text(name)),
    count: (name: Name) => positiveInteger(name, text(name)),
    counts: (name: Name) => list(name).map((part) => positiveInteger(name, part)),
    optionalCount: (name: Name) => (text(name) === '' ? null : positiveInteger(name, text(name))),
  };
}

function positiveNumber(flag: string, text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new TypeError(`--${flag} must be a number above 0, but is "${text}".`);
}

function positiveInteger(flag: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new TypeError(`--${flag} must be a whole number above 0, but is "${text}".`);
}
