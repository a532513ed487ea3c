import { formatChange, formatPoints } from '../format/numbers.ts';
import { classes } from '../ui/button.tsx';

/** `neither` when one of the two periods is not over yet. */
type MoreIs = 'good' | 'bad' | 'neither';

/** The relative change since the previous period, followed by a `comparison` such as `from $1,250.00`. */
export function Change({
  now,
  before,
  comparison,
  moreIs = 'good',
}: {
  now: number;
  before: number;
  comparison: string;
  moreIs?: MoreIs;
}) {
  if (before === 0) return <span className="change-none">{now === 0 ? 'No change' : 'Up from 0'}</span>;
  return (
    <>
      <Difference by={now - before} moreIs={moreIs}>
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
      <Difference by={now - before} moreIs="good">
        {formatPoints(now - before)}
      </Difference>
      <span>{comparison}</span>
    </>
  );
}

function Difference({ by, moreIs, children }: { by: number; moreIs: MoreIs; children: string }) {
  const isGood = by > 0 === (moreIs === 'good');
  const tone = by === 0 || moreIs === 'neither' ? null : isGood ? 'change-good' : 'change-bad';
  return <span className={classes('change', tone)}>{children}</span>;
}
