import type { ReactNode } from 'react';
import { formatClock } from '../format/dates.ts';
import { formatCount } from '../format/numbers.ts';
import { useConnectionState } from './connection-status.tsx';

/**
 * The line under the title of a live view. `children` says what is shown and as of when. It is undefined while nothing is
 * shown, because the latest answer is still missing.
 */
export function ShownState({ isError, children }: { isError: boolean; children: ReactNode }) {
  const isOffline = useConnectionState() === 'offline';
  if (children === undefined) return isError || isOffline ? 'Not loaded' : 'Loading…';
  return (
    <span className="number">
      {isOffline && 'Offline. '}
      {children}
    </span>
  );
}

/** When the page got an answer or its last change. The tooltip has the position in the log. */
export function AsOfTime({ asOf, readAtMs }: { asOf: number; readAtMs: number }) {
  const readAt = new Date(readAtMs);
  return (
    <time dateTime={readAt.toISOString()} title={`Event ${formatCount(asOf)} of the log`}>
      {formatClock(readAt)}
    </time>
  );
}
