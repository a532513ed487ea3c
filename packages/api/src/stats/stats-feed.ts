import { DatabaseUnavailableError, TooManyQueriesError } from '@paydeck/db/connection';
import type { LoggedEvent } from '@paydeck/db/events';
import { rollupsCanAnswer } from '@paydeck/db/filter';
import pLimit from 'p-limit';
import type { z } from 'zod';
import type { LiveLog } from '../live/live-log.ts';
import { type LiveMessage, type LiveSink, LiveSubscription } from '../live/live-subscription.ts';
import { localDate } from './calendar.ts';
import { dashboardStats, type StatsUpdate } from './dashboard.ts';
import type { StatsSource } from './range.ts';
import type { dashboardInput } from './schema.ts';

export type StatsFeed = {
  /**
   * The dashboard now, and again after changes, at most once a second. A slow subscriber skips dashboards, but always gets
   * the newest.
   */
  subscribe(
    input: z.output<typeof dashboardInput>,
    signal: AbortSignal | undefined,
  ): LiveSubscription<StatsUpdate>;
  close(): void;
};

type Update = readonly LiveMessage<StatsUpdate>[];

type Subscriber = { sink: LiveSink<StatsUpdate>; isFull: boolean; lastSent: Update | null };

/** A dashboard that all subscribers with the same input share. */
type SharedDashboard = {
  input: z.output<typeof dashboardInput>;
  latest: Update | null;
  subscribers: Set<Subscriber>;
  /** When the latest computation began. */
  computedAt: number;
  /** The local date for which it was computed. */
  date: string;
  timer: NodeJS.Timeout | null;
  /** Only one computation runs at a time, so that an older result never follows a newer one. */
  isComputing: boolean;
  /** Whether to compute again after the computation that runs. */
  isOutdated: boolean;
};

/** A dashboard has seven times the bytes of a payment, and nobody reads figures more often. */
const minIntervalMs = 1_000;
/** Few, so that many live dashboards leave connections to other calls. */
const computationsAtOnce = { rollups: 2, payments: 1 };
/** How often the date is checked: a new day changes the numbers without an event. */
const dateCheckMs = 5_000;

/** Computes each dashboard once for all subscribers with the same input. */
export function createStatsFeed({ liveLog, ...source }: StatsSource & { liveLog: LiveLog }): StatsFeed {
  /** By input. */
  const dashboards = new Map<string, SharedDashboard>();
  const slots = {
    rollups: pLimit(computationsAtOnce.rollups),
    payments: pLimit(computationsAtOnce.payments),
  };

  const compute = async (dashboard: SharedDashboard) => {
    const { input } = dashboard;
    const slot = rollupsCanAnswer(input.filter) ? slots.rollups : slots.payments;
    dashboard.isComputing = true;
    try {
      const stats = await slot(() => {
        dashboard.computedAt = Date.now();
        dashboard.date = localDate(source.clock.now(), input.timeZone);
        dashboard.isOutdated = false;
        return dashboardStats(source, input);
      });
      dashboard.latest = [{ position: stats.asOf, data: { type: 'stats_updated', stats, at: new Date() } }];
      for (const subscriber of dashboard.subscribers) sendLatest(dashboard, subscriber);
    } catch (error) {
      const isTemporary = error instanceof DatabaseUnavailableError || error instanceof TooManyQueriesError;
      if (isTemporary) dashboard.isOutdated = true;
      else for (const { sink } of dashboard.subscribers) sink.fail(error);
    } finally {
      dashboard.isComputing = false;
      if (dashboard.isOutdated) schedule(dashboard);
    }
  };

  /** Sends the latest dashboard, unless the subscriber has it already, has no room, or has left. */
  const sendLatest = ({ latest, subscribers }: SharedDashboard, subscriber: Subscriber) => {
    if (latest === null || subscriber.lastSent === latest) return;
    if (subscriber.isFull || !subscribers.has(subscriber)) return;
    subscriber.isFull = !subscriber.sink.hasRoom();
    if (subscriber.isFull) return;
    subscriber.lastSent = latest;
    subscriber.sink.push(latest);
  };

  const schedule = (dashboard: SharedDashboard) => {
    dashboard.isOutdated = true;
    if (dashboard.isComputing || dashboard.timer !== null || dashboard.subscribers.size === 0) return;
    const wait = Math.max(0, dashboard.computedAt + minIntervalMs - Date.now());
    dashboard.timer = setTimeout(() => {
      dashboard.timer = null;
      void compute(dashboard);
    }, wait);
  };

  const changesStats = ({ type }: LoggedEvent) => type.startsWith('payment_') || type === 'rollups_repaired';
  const onEvents = (events: readonly LoggedEvent[]) => {
    if (events.some(changesStats)) for (const dashboard of dashboards.values()) schedule(dashboard);
  };
  const onStepBack = () => {
    for (const dashboard of dashboards.values()) schedule(dashboard);
  };
  /** Attached only while there are subscribers: without listeners the log need not be read. */
  let detach = () => {};
  const dateCheck = setInterval(() => {
    for (const dashboard of dashboards.values()) {
      if (dashboard.date !== localDate(source.clock.now(), dashboard.input.timeZone)) schedule(dashboard);
    }
  }, dateCheckMs);
  dateCheck.unref();

  const join = (key: string, input: z.output<typeof dashboardInput>): SharedDashboard => {
    const known = dashboards.get(key);
    if (known !== undefined) return known;
    const dashboard = {
      input,
      latest: null,
      subscribers: new Set<Subscriber>(),
      computedAt: 0,
      date: '',
      timer: null,
      isComputing: false,
      isOutdated: false,
    };
    if (dashboards.size === 0) {
      const stop = [liveLog.attach(onEvents), liveLog.onStepBack(onStepBack)];
      detach = () => {
        for (const end of stop) end();
      };
    }
    dashboards.set(key, dashboard);
    return dashboard;
  };

  const leave = (key: string, dashboard: SharedDashboard, subscriber: Subscriber) => {
    if (!dashboard.subscribers.delete(subscriber) || dashboard.subscribers.size > 0) return;
    if (dashboard.timer !== null) clearTimeout(dashboard.timer);
    dashboards.delete(key);
    if (dashboards.size === 0) detach();
  };

  return {
    subscribe: (input, signal) =>
      new LiveSubscription(
        (sink) => {
          const key = JSON.stringify(input);
          const dashboard = join(key, input);
          const subscriber: Subscriber = { sink, isFull: false, lastSent: null };
          dashboard.subscribers.add(subscriber);
          if (dashboard.latest === null) schedule(dashboard);
          else setImmediate(sendLatest, dashboard, subscriber);
          return {
            position: null,
            resume: () => {
              subscriber.isFull = false;
              sendLatest(dashboard, subscriber);
            },
            stop: () => leave(key, dashboard, subscriber),
          };
        },
        { signal, maxQueued: 1 },
      ),
    close: () => {
      detach();
      clearInterval(dateCheck);
      for (const { timer } of dashboards.values()) if (timer !== null) clearTimeout(timer);
      dashboards.clear();
    },
  };
}
