import { expect, test } from 'vitest';
import { createRate } from './rate.ts';

test('a burst passes, then `perSecond` a second, and a pause refills no more than a burst', () => {
  const clock = { ms: 0 };
  const rate = createRate({ burst: 10, perSecond: 2 }, () => clock.ms);
  expect(rate.take(10)).toBe(true);
  expect(rate.take(1)).toBe(false);
  clock.ms = 500;
  expect(rate.take(1)).toBe(true);
  expect(rate.take(1)).toBe(false);
  clock.ms = 60_000;
  expect(rate.take(11)).toBe(false);
  expect(rate.take(10)).toBe(true);
});
