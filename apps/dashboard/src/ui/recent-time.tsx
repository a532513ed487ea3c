import { useSyncExternalStore } from 'react';
import { formatDateTime, formatExact, formatRecent } from '../format/dates.ts';

/** How often the shown times are checked. A text of minutes is at most this old. */
const checkMs = 10_000;

/**
 * A time as it is read in a list: `3 min. ago`, `9:41 AM`, `Nov 26, 9:41 AM`. It ages while it is shown, and its tooltip is exact.
 * Paper does not age, so a printed time has its date.
 */
export function RecentTime({ at, className }: { at: Date; className?: string }) {
  // The text is the snapshot, so only a time whose text changes is rendered again.
  const text = useSyncExternalStore(subscribe, () => (print.matches ? formatDateTime(at) : formatRecent(at)));
  return (
    <time className={className} dateTime={at.toISOString()} title={formatExact(at)}>
      {text}
    </time>
  );
}

const print = window.matchMedia('print');
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

const checkAll = () => {
  for (const check of listeners) check();
};

print.addEventListener('change', checkAll);

/** All times share one timer, which runs while there are any. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(checkAll, checkMs);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}
