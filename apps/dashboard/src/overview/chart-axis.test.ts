import { expect, test } from 'vitest';
import { axisTop, labelledPoints } from './chart-axis.ts';
import { localWeekStart } from './week-start.ts';

test('one outlier does not flatten the others', () => {
  const days = [10, 12, 9, 11, 10, 13, 8, 10, 12, 11];
  expect(axisTop([...days, 400], 1)).toBe(13);
  expect(axisTop(days, 1)).toBe(13);
  // Two of 40 values may be cut off: both, or only the higher one.
  const month = [...days, ...days, ...days, ...days].slice(2);
  expect(axisTop([...month, 400, 300], 1)).toBe(13);
  expect(axisTop([...month, 400, 20], 1)).toBe(20);
});

test('what is only somewhat higher, or one of few, is not cut off', () => {
  expect(axisTop([10, 10, 10, 10, 10, 30], 1)).toBe(30);
  expect(axisTop([1, 2, 4, 8, 16, 32, 64], 1)).toBe(64);
  expect(axisTop([0, 0, 0, 0, 0, 0, 5, 900], 1)).toBe(900);
  expect(axisTop([0, 0], 100)).toBe(100);
  expect(axisTop([], 100)).toBe(100);
});

test('the first and the last point have labels, and those between have equal distances', () => {
  expect([...labelledPoints(30, 10)]).toEqual([0, 3, 6, 9, 12, 15, 18, 21, 24, 29]);
  expect([...labelledPoints(3, 10)]).toEqual([0, 1, 2]);
  expect([...labelledPoints(1, 10)]).toEqual([0]);
  expect([...labelledPoints(0, 10)]).toEqual([]);
  expect([...labelledPoints(90, 1)]).toEqual([0, 89]);
  expect([...labelledPoints(14, 7)]).toEqual([0, 2, 4, 6, 8, 10, 13]);
});

test('weeks begin as in the calendars of the locale', () => {
  expect(['en-US', 'en-GB', 'de', 'ar-EG', 'pt-BR'].map(localWeekStart)).toEqual([
    'sunday',
    'monday',
    'monday',
    'saturday',
    'sunday',
  ]);
});
