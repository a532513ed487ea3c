import type { LoggedEvent } from '@paydeck/db/events';

export type RecentEvents = {
  /** All of the log after the position, up to what was read last; null when some of it is not kept here. */
  after(position: number): LoggedEvent[] | null;
  /** Takes the next events of the log, which reach up to a position. */
  append(events: readonly LoggedEvent[], upTo: number): void;
  /** The log was read up to a position without its events. */
  skipTo(upTo: number): void;
};

/** The newest events of the log, `max` at least, so that most subscriptions resume without the database. */
export function createRecentEvents(position: number, max = 200): RecentEvents {
  let kept: LoggedEvent[] = [];
  /** The log's events in `(from, upTo]` are those kept. */
  let from = position;
  let upTo = position;

  return {
    after: (asked) => {
      if (asked < from || asked > upTo) return null;
      return kept.slice(firstAfter(kept, asked));
    },
    append: (events, reached) => {
      kept.push(...events);
      upTo = reached;
      if (kept.length < 2 * max) return;
      from = kept.at(-max - 1)?.position ?? from;
      kept = kept.slice(-max);
    },
    skipTo: (reached) => {
      kept = [];
      from = reached;
      upTo = reached;
    },
  };
}

/** The index of the first event after a position, by bisection. */
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
