import { expect, test } from 'vitest';
import { describeFlags, readFlags } from './flags.ts';

const defaults = { rounds: '5', clients: '1,10', seconds: '' };

test('flags have their defaults, or the values that are given', () => {
  const flags = readFlags(['--clients', '3'], defaults);
  expect(flags.count('rounds')).toBe(5);
  expect(flags.counts('clients')).toEqual([3]);
  expect(flags.optionalCount('seconds')).toBe(null);
  expect(readFlags(['--seconds', '0.5'], defaults).number('seconds')).toBe(0.5);
  expect(describeFlags(defaults)).toBe('[--rounds 5] [--clients 1,10] [--seconds n]');
});

test('an unknown flag or a wrong value throws a TypeError that names the flag', () => {
  expect(() => readFlags(['--round', '5'], defaults)).toThrow(TypeError);
  const flags = readFlags(['--rounds', '0', '--seconds', 'x', '--clients', '1,2.5'], defaults);
  expect(() => flags.count('rounds')).toThrow('--rounds must be a whole number above 0, but is "0".');
  expect(() => flags.number('seconds')).toThrow('--seconds must be a number above 0, but is "x".');
  expect(() => flags.counts('clients')).toThrow('--clients must be a whole number above 0, but is "2.5".');
});
