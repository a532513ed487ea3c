import { expect, test } from 'vitest';
import {
  count,
  counts,
  describeFlags,
  oneOf,
  optionalCount,
  optionalText,
  positiveNumber,
  readFlags,
  someOf,
} from './flags.ts';

const flags = {
  rounds: count('5'),
  clients: counts('1,10'),
  seconds: positiveNumber('1'),
  events: optionalCount,
  out: optionalText('file'),
  only: someOf(['list', 'create']),
  peer: oneOf(['install', 'none']),
  full: 'switch',
} as const;

test('flags have their defaults, or the values that are given', () => {
  expect(readFlags([], flags)).toEqual({
    rounds: 5,
    clients: [1, 10],
    seconds: 1,
    events: null,
    out: null,
    only: ['list', 'create'],
    peer: 'install',
    full: false,
  });
  const given = [
    '--clients',
    '3',
    '--seconds',
    '0.5',
    '--events',
    '2',
    '--out',
    'x',
    '--only',
    'list',
    '--peer',
    'none',
    '--full',
  ];
  expect(readFlags(given, flags)).toEqual({
    rounds: 5,
    clients: [3],
    seconds: 0.5,
    events: 2,
    out: 'x',
    only: ['list'],
    peer: 'none',
    full: true,
  });
  expect(describeFlags(flags)).toBe(
    '[--rounds 5] [--clients 1,10] [--seconds 1] [--events n] [--out file] [--only list,create] [--peer install] [--full]',
  );
});

test('an unknown flag or a wrong value throws a TypeError that names the flag', () => {
  expect(() => readFlags(['--round', '5'], flags)).toThrow(TypeError);
  const reading =
    (...args: string[]) =>
    () =>
      readFlags(args, flags);
  expect(reading('--rounds', '0')).toThrow('--rounds must be a whole number above 0, but is "0".');
  expect(reading('--seconds', 'x')).toThrow('--seconds must be a number above 0, but is "x".');
  expect(reading('--clients', '1,2.5')).toThrow('--clients must be a whole number above 0, but is "2.5".');
  expect(reading('--peer', 'x')).toThrow('--peer must be one of install, none, but is "x".');
  expect(reading('--only', 'list,lost')).toThrow('--only must name some of list, create, but has "lost".');
});
