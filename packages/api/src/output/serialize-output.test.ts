import fc from 'fast-check';
import superjson from 'superjson';
import { expect, test } from 'vitest';
import { isoText } from './iso-text.ts';
import { serializeOutput } from './serialize-output.ts';

/** The JSON, or the message of the refusal: superjson refuses keys such as `prototype`, which fast-check knows. */
const jsonOrRefusal = (serialize: () => unknown): string => {
  try {
    return JSON.stringify(serialize());
  } catch (error) {
    return String(error);
  }
};

const sameAsSuperjson = (value: unknown) => {
  const expected = jsonOrRefusal(() => superjson.serialize(value));
  expect(jsonOrRefusal(() => serializeOutput(value))).toBe(expected);
};

/** Also with years of five digits and before Christ, which have a sign. */
const date = fc.date({ noInvalidDate: true });
const key = fc.oneof(fc.string(), fc.constantFrom('createdAt', 'a.b', 'a\\b', '0', '', '__proto', 'toJSON'));
const leaf = fc.oneof(
  fc.string(),
  fc.constantFrom('\ud800', '\u2028"\\'),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constantFrom(null, undefined, -0, 10n, new Date(Number.NaN), new Set([1]), /x/),
  date,
);

test('an instant is written as Date.toISOString writes it', () => {
  fc.assert(
    fc.property(date, fc.integer({ min: -90_000_000, max: 90_000_000 }), (first, distance) => {
      const second = new Date(first.getTime() + distance);
      fc.pre(!Number.isNaN(second.getTime()));
      expect([isoText(first), isoText(second)]).toEqual([first.toISOString(), second.toISOString()]);
    }),
  );
  expect(() => isoText(new Date(Number.NaN))).toThrow(RangeError);
});

test('any value is serialized as superjson serializes it', () => {
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5 },
      { arbitrary: leaf, weight: 3 },
      { arbitrary: fc.array(tie('tree')), weight: 1 },
      { arbitrary: fc.dictionary(key, tie('tree')), weight: 2 },
    ),
  }));
  fc.assert(fc.property(tree, sameAsSuperjson), { numRuns: 2_000 });
});

test('outputs whose Dates are shared name them as superjson does', () => {
  const shared = fc.array(date, { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(shared, fc.array(fc.nat(), { minLength: 9, maxLength: 9 }), (dates, choices) => {
      const at = (place: number) => dates[(choices[place] ?? 0) % dates.length];
      const row = (place: number) => ({ createdAt: at(place), updatedAt: at(place + 1), note: null });
      sameAsSuperjson({
        items: [row(0), row(2)],
        to: at(4),
        previous: { from: at(5), to: at(6) },
        from: at(7),
        list: [at(8), at(0)],
      });
    }),
  );
});

test('what JSON and Dates do not cover is left to superjson', () => {
  const twice = { at: new Date(0) };
  const circular: { self?: unknown; at: Date } = { at: new Date(0) };
  circular.self = circular;
  class Custom {
    at = new Date(0);
  }
  const sparse: unknown[] = [];
  sparse[2] = new Date(0);
  for (const value of [
    undefined,
    new Date(0),
    [new Date(0)],
    { a: twice, b: twice },
    circular,
    new Custom(),
    { custom: new Custom() },
    Object.create(null),
    sparse,
    new Map([[1, new Date(0)]]),
    { toJSON: () => 1 },
    { missing: undefined, at: new Date(0) },
    [[new Date(0)], [[new Date(1)]]],
    new Error('x'),
    Symbol('x'),
  ]) {
    sameAsSuperjson(value);
  }
  for (const name of ['__proto__', 'constructor', 'prototype']) {
    const polluting: unknown = JSON.parse(`{"${name}": 1}`);
    expect(() => serializeOutput(polluting)).toThrow(`Detected property ${name}`);
  }
});
