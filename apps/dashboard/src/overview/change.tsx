import { formatChange, formatPoints } from '../format/numbers.ts';
import { classes } from '../ui/button.tsx';

/** `neither` when one of the two periods is not over yet. */
type MoreIs = 'good' | 'bad' | 'neither';

/** Payments of a period. With fewer, a percentage says more about chance than about the business. */
const enoughPayments = 10;
/** More than ten times as much is a new situation, not a change. */
const mostTimes = 10;
/** Smaller changes, relative or in percentage points, get no colour. */
const noticeable = { ratio: 0.01, points: 0.5 };

/** Whether a percentage compares two periods of `payments` each, rather than a period with nearly nothing. */
export const isComparable = (...payments: readonly number[]): boolean =>
  payments.every((count) => count >= enoughPayments);

/**
 * The relative change since the previous period, followed by a `comparison` such as `from $1,250.00`. Without a
 * percentage if the previous period had too few payments, or the figure is more than ten times as high.
 */
export function Change({
  now,
  before,
  paymentsBefore = before,
  comparison,
  moreIs = 'good',
}: {
  now: number;
  before: number;
  /** The payments behind `before`, if it is not a number of payments. */
  paymentsBefore?: number;
  comparison: string;
  moreIs?: MoreIs;
}) {
  if (before === 0) return <span className="change-none">{now === 0 ? 'No change' : 'Up from 0'}</span>;
  if (!isComparable(paymentsBefore) || now > mostTimes * before) {
    return (
      <span className="change-none" title="The period before has too little to compare with.">
        {comparison === '' ? '–' : comparison}
      </span>
    );
  }
  return (
    <>
      <Difference
        by={now - before}
        isNoticeable={Math.abs(now / before - 1) >= noticeable.ratio}
        moreIs={moreIs}
      >
        {formatChange(now / before - 1)}
      </Difference>
      <span>{comparison}</span>
    </>
  );
}

/** The change between two percentages, in percentage points. */
export function PointsChange({
  now,
  before,
  comparison,
}: {
  now: number;
  before: number;
  comparison: string;
}) {
  return (
    <>
      <Difference by={now - before} isNoticeable={Math.abs(now - before) >= noticeable.points} moreIs="good">
        {formatPoints(now - before)}
      </Difference>
      <span>{comparison}</span>
    </>
  );
}

function Difference({
  by,
  isNoticeable,
  moreIs,
  children,
}: {
  by: number;
  isNoticeable: boolean;
  moreIs: MoreIs;
  children: string;
}) {
  const isGood = by > 0 === (moreIs === 'good');
  const tone = !isNoticeable || moreIs === 'neither' ? null : isGood ? 'change-good' : 'change-bad';
  return <span className={classes('change', tone)}>{children}</span>;
}
