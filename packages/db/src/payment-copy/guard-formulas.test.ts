import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { cellBreaks, guardFormulas } from './guard-formulas.ts';

const guard = (text: string, separator = ',') =>
  guardFormulas(Buffer.from(`${text}\n`), cellBreaks(separator))
    .toString()
    .slice(0, -1);

test.each([
  ['Acme;=1+1', "Acme;'=1+1"],
  ['Acme; =1+1', "Acme;' =1+1"],
  ['"Acme;""=1+1"', `"Acme;'""=1+1"`],
  ['a;+49;-5;@x', "a;'+49;'-5;'@x"],
  ['a;＝1;＋1;－1;＠1', "a;'＝1;'＋1;'－1;'＠1"],
  ["a;'=1;''=1", "a;''=1;'''=1"],
  ['a\t=1', "a\t'=1"],
  ['"a\n=1\r\n=2"', `"a\n'=1\r\n'=2"`],
  ['a;b;1;＊', 'a;b;1;＊'],
  ['id,12.50,"a,=1",=x', 'id,12.50,"a,=1",=x'],
  ['a;', 'a;'],
])('%j becomes %j', (row, expected) => {
  expect(guard(row)).toBe(expected);
});

test('the separator of the file is left alone, and the comma is a break in other files', () => {
  expect(guard('a;=1;b,=1', ';')).toBe("a;=1;b,'=1");
  expect(guard('a\t=1\tb,=1;=1', '\t')).toBe("a\t=1\tb,'=1;'=1");
  expect(guard('Müller, +49 30', ';')).toBe('Müller, +49 30');
});

test('removing one apostrophe after each break gives the text back, whatever it is', () => {
  const unit = fc.constantFrom(';', ',', '\t', '\n', '\r', "'", '"', ' ', '=', '-', '＝', '＊', 'a', 'é');
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 20 }), fc.constantFrom(',', ';', '\t'), (text, separator) => {
      const breaks = [';', ',', '\t', '\r', '\n'].filter((character) => character !== separator);
      const guarded = guard(text, separator);
      const restored = guarded.replace(
        /([;,\t\r\n])'(?='*("*|[" ]*)[-=+@＝＋－＠])/g,
        (all, before: string, skipped: string) =>
          breaks.includes(before) && !(before === ',' && skipped.includes(' ')) ? before : all,
      );
      expect(restored).toBe(text);
    }),
    { numRuns: 2_000 },
  );
});
