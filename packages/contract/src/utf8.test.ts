import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { invalidUtf8At } from './utf8.ts';

const encode = (text: string) => new TextEncoder().encode(text);

test.each([
  ['nothing', [], null],
  ['a byte of Latin-1', [...encode('M'), 0xfc, ...encode('ller')], 1],
  ['U+FFFD itself', encode('a\uFFFDb'), null],
  ['a byte after U+FFFD', [...encode('ü\uFFFD'), 0xff], 5],
  ['a byte order mark', encode('\uFEFFa'), null],
  ['half a character', [...encode('a'), 0xe2, 0x82], 1],
  ['a surrogate', [0xed, 0xa0, 0x80], 0],
])('%s', (_name, bytes, expected) => {
  expect(invalidUtf8At(Uint8Array.from(bytes))).toBe(expected);
});

test('the first invalid byte of any bytes is found', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.uint8Array(), (text, bytes) => {
      const isValid = (part: Uint8Array) => {
        try {
          return new TextDecoder('utf-8', { fatal: true }).decode(part) !== undefined;
        } catch {
          return false;
        }
      };
      const whole = Uint8Array.from([...encode(text), ...bytes]);
      const at = invalidUtf8At(whole);
      expect(at === null).toBe(isValid(whole));
      if (at !== null) expect(isValid(whole.subarray(0, at))).toBe(true);
    }),
  );
});
