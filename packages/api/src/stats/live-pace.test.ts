import { expect, test } from 'vitest';
import { intervalMs, retryMs } from './live-pace.ts';

test('a dashboard is computed once a second, or takes a tenth of the time', () => {
  expect([0, 20, 100, 250, 2_000].map(intervalMs)).toEqual([1_000, 1_000, 1_000, 2_500, 20_000]);
});

test('the pauses between failures grow to a limit, and differ', () => {
  expect([0, 1, 2, 3, 4, 50].map((failures) => retryMs(failures, 0))).toEqual([
    1_000, 2_000, 4_000, 8_000, 15_000, 15_000,
  ]);
  expect(retryMs(1, 1)).toBe(3_000);
});
