import { formatChange, formatPoints } from '../format/numbers.ts';
import { classes } from '../ui/button.tsx';
import { arePointsNoticeable, isRatioNoticeable } from './noticeable.ts';

type MoreIs = 'good' | 'bad';

/** The fewest payments of a period for a percentage. With fewer, it says more about chance than about the business. */
const enoughPayments = 10;
/** More than ten times as much is a new situation, not a change. */
const mostTimes = 10;

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
      <span className="change-none" title="The period before is too small to compare with.">
        {comparison === '' ? '–' : comparison}
      </span>
    );
  }
  return (
    <>
      <Difference
        by={now - before}
        isNoticeable={isRatioNoticeable(now / before - 1, paymentsBefore)}
        moreIs={moreIs}
      >
        {formatChange(now / before - 1)}
      </Difference>
      <span>{comparison}</span>
    </>
  );
}

/** The change between two percentages of `paymentsBefore` payments or more, in percentage points. */
export function PointsChange({
  now,
  before,
  paymentsBefore,
  comparison,
}: {
  now: number;
  before: number;
  paymentsBefore: number;
  comparison: string;
}) {
  return (
    <>
      <Difference
        by={now - before}
        isNoticeable={arePointsNoticeable(now - before, { before, paymentsBefore })}
        moreIs="good"
      >
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
  const tone = !isNoticeable ? null : isGood ? 'change-good' : 'change-bad';
  return <span className={classes('change', tone)}>{children}</span>;
}
