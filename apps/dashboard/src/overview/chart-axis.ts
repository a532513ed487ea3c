/** The share of the values that may be cut off, so that the others differ visibly. */
const cutShare = 0.05;
/** A value is only cut off if it is more than this many times as high as the highest one that is not. */
const outlierTimes = 3;
/** With fewer values above zero nothing is cut off. */
const enoughValues = 5;

/**
 * The highest value that a chart's axis has to show: the maximum of all `values`, or of all but a few outliers, which are
 * several times as high as the others and would flatten them. `atLeast` is returned if all values are lower.
 */
export function axisTop(values: readonly number[], atLeast: number): number {
  const descending = values.filter((value) => value > 0).toSorted((a, b) => b - a);
  const highest = Math.max(descending[0] ?? 0, atLeast);
  if (descending.length < enoughValues) return highest;
  const mostCut = Math.max(1, Math.floor(descending.length * cutShare));
  for (let cut = mostCut; cut > 0; cut -= 1) {
    const [outlier = 0, ordinary = 0] = descending.slice(cut - 1, cut + 1);
    if (outlier > outlierTimes * ordinary) return Math.max(ordinary, atLeast);
  }
  return highest;
}

/**
 * The indexes of the points to label, at most `most` of `count`: the first one, others at equal distances, and the last
 * one. A label that would be closer to the last one than that distance is left out.
 */
export function labelledPoints(count: number, most: number): Set<number> {
  const step = Math.max(1, Math.ceil(count / Math.max(2, most)));
  const last = count - 1;
  return new Set(
    Array.from({ length: count }, (_, n) => n).filter(
      (n) => n === last || (n % step === 0 && last - n >= step),
    ),
  );
}
