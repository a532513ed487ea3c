import { expect, test } from 'vitest';
import { reportMarkdown } from './report.ts';
import { atLeast, atMost, formatTarget, formatValue, sideFigure, verdict } from './row.ts';

test('a goal is met, or says how far away it is', () => {
  expect(verdict(atLeast(4, '×', 'the peer', 4))).toBe('PASS');
  expect(verdict(atLeast(60, '%', 'of bare', 40))).toBe('1.50× short');
  expect(verdict(atMost(2, 'ms', 'server CPU', 2))).toBe('PASS');
  expect(verdict(atMost(2, 'ms', 'server CPU', 5))).toBe('2.50× over');
  expect(verdict(atMost(0, '', 'answered 503', 3))).toBe('3 instead of 0');
  expect(verdict(atLeast(4, '×', 'the peer', NaN))).toBe('not measured');
  expect(verdict(atMost(20, 'ms', 'for zz', Number.POSITIVE_INFINITY))).toBe('calls were refused');
});

test('values have as many digits as they need', () => {
  expect([0.514, 12.34, 1234.5].map((value) => formatValue(value, '×'))).toEqual([
    '0.51×',
    '12.3×',
    '1,235×',
  ]);
  expect(formatValue(4, '×')).toBe('4.00×');
  expect(formatValue(59.6, '%')).toBe('60%');
  expect(formatValue(110, 'MiB')).toBe('110 MiB');
  expect(formatValue(0, '')).toBe('0');
  expect(formatTarget(atLeast(2.5, '×', '', 0))).toBe('≥ 2.5×');
  expect(formatTarget(atMost(20, 'ms', '', 0))).toBe('≤ 20 ms');
});

test('a figure has the medians of its rounds', () => {
  const costs = { p99Ms: 2, serverCpuMs: 0.5, postgresCpuMs: 0.1, loadCpuMs: 0.1 };
  const rounds = [1, 3, 2].map((n) => ({ ...costs, perSecond: 100 * n, p50Ms: n === 3 ? null : n }));
  expect(sideFigure('Paydeck', rounds)).toEqual({
    side: 'Paydeck',
    median: { ...costs, perSecond: 200, p50Ms: 1.5 },
    lowestPerSecond: 100,
    highestPerSecond: 300,
    rounds,
  });
});

test('the table of the README has a line for each row', () => {
  const list = [atLeast(4, '×', 'the peer', 5), atLeast(60, '%', 'of bare', 70)];
  const create = [atLeast(3, '×', 'the peer', 5), atLeast(90, '%', 'of bare', 60)];
  const figures = [
    { row: 'list', work: '', sides: [], goals: list },
    { row: 'create', work: '', sides: [], goals: create },
    { row: 'start', work: '', sides: [], goals: [], failure: 'no disk' },
  ];
  expect(reportMarkdown(figures, new Map([['list', 'list 20']]))).toBe(`\
| work    | measured                    | goal        |                   |
| ------- | --------------------------- | ----------- | ----------------- |
| list 20 | 5.00× the peer; 70% of bare | ≥ 4×; ≥ 60% | PASS              |
| create  | 5.00× the peer; 60% of bare | ≥ 3×; ≥ 90% | PASS; 1.50× short |
| start   |                             |             | not measured      |`);
});
