import { expect, test } from 'vitest';
import { arePointsNoticeable, isRatioNoticeable } from './noticeable.ts';

test.each([
  ['three more of a hundred failures', 0.029, 103, false],
  ['half as many again', 0.5, 103, true],
  ['3% of many', 0.03, 20_000, true],
  ['less than 1% of very many', -0.009, 10_000_000, false],
])('a change of a count: %s', (_, ratio, paymentsBefore, expected) => {
  expect(isRatioNoticeable(ratio, paymentsBefore)).toBe(expected);
  expect(isRatioNoticeable(-ratio, paymentsBefore)).toBe(expected);
});

test.each([
  ['a tenth of a point', -0.1, 100_000, false],
  ['two points of few payments', -2, 500, false],
  ['two points of many payments', -2, 50_000, true],
])('a change of a share: %s', (_, points, paymentsBefore, expected) => {
  expect(arePointsNoticeable(points, { before: 92, paymentsBefore })).toBe(expected);
});
