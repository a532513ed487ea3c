import { parseArgs } from 'node:util';

/** A flag of a benchmark that takes a value. `read` throws `TypeError`, with a message for the user, for a wrong value. */
export type Flag<Value> = {
  /** Read when the flag is not given. */
  fallback: string;
  /** Shown in the usage instead of an empty fallback. */
  placeholder: string;
  read(name: string, text: string): Value;
};

/** A flag without a value, which is false unless it is given. */
type Switch = 'switch';

export type Flags = Readonly<Record<string, Flag<unknown> | Switch>>;

export type OptionsOf<F extends Flags> = {
  readonly [Name in keyof F]: F[Name] extends Flag<infer Value> ? Value : boolean;
};

const flag =
  <Value>(read: Flag<Value>['read'], placeholder = 'n') =>
  (fallback: string): Flag<Value> => ({ fallback, placeholder, read });

export const positiveNumber = flag(readPositiveNumber);
export const count = flag(readCount);
export const counts = flag((name, text) => text.split(',').map((part) => readCount(name, part)));

/** A whole number above 0, or null when the flag is not given. */
export const optionalCount: Flag<number | null> = {
  fallback: '',
  placeholder: 'n',
  read: (name, text) => (text === '' ? null : readCount(name, text)),
};

/** A number above 0, or null when the flag is not given. */
export const optionalNumber: Flag<number | null> = {
  fallback: '',
  placeholder: 'n',
  read: (name, text) => (text === '' ? null : readPositiveNumber(name, text)),
};

/** A path or a name, or null when the flag is not given. */
export const optionalText = (placeholder: string): Flag<string | null> => ({
  fallback: '',
  placeholder,
  read: (_name, text) => (text === '' ? null : text),
});

/** One of the choices. The first one by default. */
export const oneOf = <Choice extends string>(choices: readonly [Choice, ...Choice[]]): Flag<Choice> => ({
  fallback: choices[0],
  placeholder: 'name',
  read: (name, text) => {
    const found = choices.find((choice) => choice === text);
    if (found !== undefined) return found;
    throw new TypeError(`--${name} must be one of ${choices.join(', ')}, but is "${text}".`);
  },
});

/** Some of the choices, separated by commas. All of them by default. */
export const someOf = <Choice extends string>(choices: readonly Choice[]): Flag<readonly Choice[]> => ({
  fallback: choices.join(','),
  placeholder: 'names',
  read: (name, text) =>
    text.split(',').map((part) => {
      const found = choices.find((choice) => choice === part);
      if (found !== undefined) return found;
      throw new TypeError(`--${name} must name some of ${choices.join(', ')}, but has "${part}".`);
    }),
});

/** The flags as the usage shows them: `[--rounds 5] [--seconds n] [--full]`. */
export const describeFlags = (flags: Flags): string =>
  Object.entries(flags)
    .map(([name, f]) => (f === 'switch' ? `[--${name}]` : `[--${name} ${f.fallback || f.placeholder}]`))
    .join(' ');

/** Reads the flags from the arguments. Throws `TypeError` for an unknown flag or a wrong value, with a message for the user. */
export function readFlags<F extends Flags>(args: readonly string[], flags: F): OptionsOf<F> {
  const { values } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      Object.entries(flags).map(([name, f]) => [name, { type: f === 'switch' ? 'boolean' : 'string' }]),
    ),
  });
  const entries = Object.entries(flags).map(([name, f]) => {
    const given = values[name];
    if (f === 'switch') return [name, given === true];
    return [name, f.read(name, typeof given === 'string' ? given : f.fallback)];
  });
  return asOptions<F>(Object.fromEntries(entries));
}

/** Each value was read by the flag of its name. */
function asOptions<F extends Flags>(options: object): OptionsOf<F> {
  return options as OptionsOf<F>;
}

function readPositiveNumber(name: string, text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new TypeError(`--${name} must be a number above 0, but is "${text}".`);
}

function readCount(name: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new TypeError(`--${name} must be a whole number above 0, but is "${text}".`);
}
