/** Smaller changes, relative or in percentage points, have no meaning for the business. */
const least = { ratio: 0.01, points: 0.5 };
/** Chance alone causes a change of more than this many standard deviations in one of 20 periods. */
const deviations = 2;

/**
 * Whether a relative change of a count, or of a sum of amounts, is larger than chance alone would cause. The standard
 * deviation of a count is its square root (Poisson distribution), and the change has that of two periods.
 */
export const isRatioNoticeable = (ratio: number, paymentsBefore: number): boolean =>
  Math.abs(ratio) >= Math.max(least.ratio, deviations * Math.sqrt(2 / Math.max(1, paymentsBefore)));

/** The same for a change in percentage points of the share `before`, in percent (binomial distribution). */
export function arePointsNoticeable(
  points: number,
  { before, paymentsBefore }: { before: number; paymentsBefore: number },
): boolean {
  const deviation = Math.sqrt((2 * before * (100 - before)) / Math.max(1, paymentsBefore));
  return Math.abs(points) >= Math.max(least.points, deviations * deviation);
}
