import { formatChange, formatPoints } from '../format/numbers.ts';
import { classes } from '../ui/button.tsx';

/** `neither` where one of the two is not over yet. */
type MoreIs = 'good' | 'bad' | 'neither';

/** How much more or less it is than `before`, and what that was. */
export function Change({
  now,
  before,
  than,
  moreIs = 'good',
}: {
  now: number;
  before: number;
  than: string;
  moreIs?: MoreIs;
}) {
  if (before === 0)
    return <span className="change-none">{now === 0 ? 'None before either' : 'None before'}</span>;
  return (
    <>
      <Difference by={now - before} moreIs={moreIs}>
        {formatChange(now / before - 1)}
      </Difference>
      <span>{than}</span>
    </>
  );
}

/** The same for percentages, whose difference is in percentage points. */
export function PointsChange({ now, before, than }: { now: number; before: number; than: string }) {
  return (
    <>
      <Difference by={now - before} moreIs="good">
        {formatPoints(now - before)}
      </Difference>
      <span>{than}</span>
    </>
  );
}

function Difference({ by, moreIs, children }: { by: number; moreIs: MoreIs; children: string }) {
  const isGood = by > 0 === (moreIs === 'good');
  const tone = by === 0 || moreIs === 'neither' ? null : isGood ? 'change-good' : 'change-bad';
  return <span className={classes('change', tone)}>{children}</span>;
}
