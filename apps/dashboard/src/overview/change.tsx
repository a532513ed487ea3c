import { formatChange, formatPoints } from '../format/numbers.ts';
import { classes } from '../ui/button.tsx';

type MoreIs = 'good' | 'bad';

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
  if (before === 0) return <span>{now === 0 ? 'None before either' : 'None before'}</span>;
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
  const tone = by === 0 ? null : by > 0 === (moreIs === 'good') ? 'change-good' : 'change-bad';
  return <span className={classes('change', tone)}>{children}</span>;
}
