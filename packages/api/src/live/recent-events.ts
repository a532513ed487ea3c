import type { LoggedEvent } from '@paydeck/db/events';

export type RecentEvents = {
  /** The events after a position, up to the newest one read; null when some of them are no longer in memory. */
  after(position: number): LoggedEvent[] | null;
  /** Adds the next events of the log. `upTo` is the position up to which the log was read. */
  append(events: readonly LoggedEvent[], upTo: number): void;
  /** Records that the log was read up to a position without keeping its events. */
  skipTo(upTo: number): void;
};

/** Keeps at least the newest `minKept` events in memory, so that most subscriptions resume without a query. */
export function createRecentEvents(position: number, minKept = 200): RecentEvents {
  let kept: LoggedEvent[] = [];
  /** `kept` has all events of the log in `(from, upTo]`. */
  let from = position;
  let upTo = position;

  return {
    after: (position) => {
      if (position < from || position > upTo) return null;
      return kept.slice(firstAfter(kept, position));
    },
    append: (events, newUpTo) => {
      kept.push(...events);
      upTo = newUpTo;
      if (kept.length < 2 * minKept) return;
      from = kept.at(-minKept - 1)?.position ?? from;
      kept = kept.slice(-minKept);
    },
    skipTo: (newUpTo) => {
      kept = [];
      from = newUpTo;
      upTo = newUpTo;
    },
  };
}

/** The index of the first event after a position, by binary search. */
function firstAfter(events: readonly LoggedEvent[], position: number): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((events[middle]?.position ?? 0) > position) high = middle;
    else low = middle + 1;
  }
  return low;
}
