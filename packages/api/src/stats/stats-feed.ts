import { DatabaseUnavailableError } from '@paydeck/db/database-error';
import type { LoggedEvent } from '@paydeck/db/read-events';
import type { z } from 'zod';
import type { Services } from '../context.ts';
import { localDate } from './calendar.ts';
import { type Dashboard, dashboardStats } from './dashboard.ts';
import type { dashboardInput } from './schema.ts';

export type StatsFeed = {
  /** The dashboard now, and again after changes, at most 4 times a second. A slow reader skips to the newest. */
  follow(input: z.output<typeof dashboardInput>, signal: AbortSignal | undefined): AsyncGenerator<Dashboard>;
  close(): void;
};

/** One question that any number of subscribers ask. */
type Feed = {
  input: z.output<typeof dashboardInput>;
  latest: Dashboard | null;
  failure: unknown;
  version: number;
  wakeUps: Set<() => void>;
  followers: number;
  computedAt: number;
  date: string;
  timer: NodeJS.Timeout | null;
};

const minIntervalMs = 250;
const retryMs = 1_000;
/** How often it is asked whether a new day began, which changes the numbers without an event. */
const clockMs = 5_000;

/** Computes each dashboard once for all subscribers who ask the same. */
export function createStatsFeed(services: Pick<Services, 'db' | 'settings' | 'liveLog'>): StatsFeed {
  const feeds = new Map<string, Feed>();

  const compute = async (feed: Feed) => {
    feed.computedAt = Date.now();
    feed.date = localDate(new Date(), feed.input.timeZone);
    try {
      feed.latest = await dashboardStats(services, feed.input);
    } catch (error) {
      if (error instanceof DatabaseUnavailableError) return schedule(feed, retryMs);
      feed.failure = error;
    }
    feed.version += 1;
    for (const wakeUp of feed.wakeUps) wakeUp();
  };

  const schedule = (feed: Feed, intervalMs = minIntervalMs) => {
    if (feed.timer !== null || feed.followers === 0) return;
    const wait = Math.max(0, feed.computedAt + intervalMs - Date.now());
    feed.timer = setTimeout(() => {
      feed.timer = null;
      void compute(feed);
    }, wait);
  };

  const changesStats = ({ type }: LoggedEvent) => type.startsWith('payment_') || type === 'rollups_repaired';
  const onEvents = (events: readonly LoggedEvent[]) => {
    if (events.some(changesStats)) for (const feed of feeds.values()) schedule(feed);
  };
  // Attached while somebody follows: otherwise the log need not be read for the stats.
  let detach = () => {};
  const clock = setInterval(() => {
    for (const feed of feeds.values()) {
      if (feed.date !== localDate(new Date(), feed.input.timeZone)) schedule(feed);
    }
  }, clockMs);
  clock.unref();

  const join = (input: z.output<typeof dashboardInput>): [string, Feed] => {
    const key = JSON.stringify(input);
    return [key, feeds.get(key) ?? newFeed(key, input)];
  };
  const newFeed = (key: string, input: z.output<typeof dashboardInput>): Feed => {
    const feed: Feed = {
      input,
      latest: null,
      failure: null,
      version: 0,
      wakeUps: new Set(),
      followers: 0,
      computedAt: 0,
      date: '',
      timer: null,
    };
    if (feeds.size === 0) detach = services.liveLog.attach(onEvents);
    feeds.set(key, feed);
    return feed;
  };

  return {
    follow: async function* (input, signal) {
      const [key, feed] = join(input);
      feed.followers += 1;
      if (feed.version === 0) schedule(feed);
      let wake = () => {};
      const wakeUp = () => wake();
      feed.wakeUps.add(wakeUp);
      signal?.addEventListener('abort', wakeUp);
      let seen = 0;
      try {
        while (!signal?.aborted) {
          if (feed.version > seen) {
            seen = feed.version;
            if (feed.failure !== null) throw feed.failure;
            if (feed.latest !== null) yield feed.latest;
            continue;
          }
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      } finally {
        signal?.removeEventListener('abort', wakeUp);
        feed.wakeUps.delete(wakeUp);
        feed.followers -= 1;
        if (feed.followers === 0) {
          if (feed.timer !== null) clearTimeout(feed.timer);
          if (feeds.get(key) === feed) feeds.delete(key);
          if (feeds.size === 0) detach();
        }
      }
    },
    close: () => {
      detach();
      clearInterval(clock);
      for (const { timer } of feeds.values()) if (timer !== null) clearTimeout(timer);
      feeds.clear();
    },
  };
}
