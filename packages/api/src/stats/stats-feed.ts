import {
  CallerLeftError,
  DatabaseUnavailableError,
  OverloadedError,
  TooManyQueriesError,
} from '@paydeck/db/connection';
import type { LoggedEvent } from '@paydeck/db/events';
import { rollupsCanAnswer } from '@paydeck/db/filter';
import type { z } from 'zod';
import type { LiveLog } from '../live/live-log.ts';
import { type LiveMessage, type LiveSink, LiveSubscription } from '../live/live-subscription.ts';
import { createFairLimit } from '../shares/fair-limit.ts';
import { dashboardStats, type StatsUpdate } from './dashboard.ts';
import { intervalMs, retryMs } from './live-pace.ts';
import { createLiveQuestions } from './live-questions.ts';
import type { StatsSource } from './range.ts';
import type { dashboardInput } from './schema.ts';
import { answerKey } from './stats-answers.ts';

export type StatsFeed = {
  /**
   * The dashboard now, and again after changes: at most once a second, and less often if its computation takes long. A slow
   * subscriber skips dashboards, but always gets the newest. Its `start` throws `too_many_requests` when the user watches too
   * many different dashboards.
   */
  subscribe(
    input: z.output<typeof dashboardInput>,
    options: { userId: string; signal: AbortSignal | undefined },
  ): LiveSubscription<StatsUpdate>;
  close(): void;
};

type Update = readonly LiveMessage<StatsUpdate>[];

type Subscriber = { sink: LiveSink<StatsUpdate>; userId: string; isFull: boolean; lastSent: Update | null };

/** A dashboard that all subscribers with the same input share. */
type SharedDashboard = {
  input: z.output<typeof dashboardInput>;
  latest: Update | null;
  subscribers: Set<Subscriber>;
  /** When the next computation may begin. */
  dueAt: number;
  /** How many computations in a row have failed. */
  failures: number;
  /** Aborted when the last subscriber has left. */
  left: AbortController;
  /** The `answerKey` for which it was computed: another day, or minute, has other figures. */
  key: string;
  timer: NodeJS.Timeout | null;
  /** Only one computation runs at a time, so that an older result never follows a newer one. */
  isComputing: boolean;
  /** Whether to compute again after the computation that runs. */
  isOutdated: boolean;
};

/** Few, so that many live dashboards leave connections to other calls. Together they take half of these connections. */
const computations = {
  rollups: { concurrency: 2, restRatio: 1 },
  payments: { concurrency: 1, restRatio: 1 },
};
/** How often the time is checked: a new day changes the numbers without an event, and so may a new minute. */
const timeCheckMs = 5_000;

/** Computes each dashboard once for all subscribers with the same input. */
export function createStatsFeed({ liveLog, ...source }: StatsSource & { liveLog: LiveLog }): StatsFeed {
  /** By input. */
  const dashboards = new Map<string, SharedDashboard>();
  const questions = createLiveQuestions();
  const limits = {
    rollups: createFairLimit(computations.rollups),
    payments: createFairLimit(computations.payments),
  };

  const compute = async (dashboard: SharedDashboard) => {
    const [subscriber] = dashboard.subscribers;
    if (subscriber === undefined) return;
    const { input } = dashboard;
    const limit = limits[rollupsCanAnswer(input.filter) ? 'rollups' : 'payments'];
    const owner = { id: subscriber.userId, signal: dashboard.left.signal };
    dashboard.isComputing = true;
    let startedAt = Date.now();
    try {
      const work = () => {
        startedAt = Date.now();
        dashboard.key = answerKey(input, source.clock.now());
        dashboard.isOutdated = false;
        return dashboardStats({ ...source, db: source.db.ownedBy(owner) }, input);
      };
      const stats = await limit.run(owner.id, work, owner.signal);
      dashboard.failures = 0;
      dashboard.dueAt = startedAt + intervalMs(Date.now() - startedAt);
      dashboard.latest = [{ position: stats.asOf, data: { type: 'stats_updated', stats, at: new Date() } }];
      for (const subscriber of dashboard.subscribers) sendLatest(dashboard, subscriber);
    } catch (error) {
      if (isTemporary(error)) {
        dashboard.isOutdated = true;
        dashboard.dueAt = Date.now() + retryMs(dashboard.failures);
        dashboard.failures += 1;
      } else if (!(error instanceof CallerLeftError)) {
        for (const { sink } of dashboard.subscribers) sink.fail(error);
      }
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
    const wait = Math.max(0, dashboard.dueAt - Date.now());
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
  const timeCheck = setInterval(() => {
    for (const dashboard of dashboards.values()) {
      if (dashboard.key !== answerKey(dashboard.input, source.clock.now())) schedule(dashboard);
    }
  }, timeCheckMs);
  timeCheck.unref();

  const join = (key: string, input: z.output<typeof dashboardInput>): SharedDashboard => {
    const known = dashboards.get(key);
    if (known !== undefined) return known;
    const dashboard: SharedDashboard = {
      input,
      latest: null,
      subscribers: new Set(),
      dueAt: 0,
      failures: 0,
      left: new AbortController(),
      key: '',
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
    dashboard.left.abort();
    dashboards.delete(key);
    if (dashboards.size === 0) detach();
  };

  return {
    subscribe: (input, { userId, signal }) =>
      new LiveSubscription(
        (sink) => {
          const key = JSON.stringify(input);
          const endQuestion = questions.watch(userId, key, input);
          const dashboard = join(key, input);
          const subscriber: Subscriber = { sink, userId, isFull: false, lastSent: null };
          dashboard.subscribers.add(subscriber);
          if (dashboard.latest === null) schedule(dashboard);
          else setImmediate(sendLatest, dashboard, subscriber);
          return {
            position: null,
            resume: () => {
              subscriber.isFull = false;
              sendLatest(dashboard, subscriber);
            },
            stop: () => {
              if (!dashboard.subscribers.has(subscriber)) return;
              leave(key, dashboard, subscriber);
              endQuestion();
            },
          };
        },
        { signal, maxQueued: 1 },
      ),
    close: () => {
      detach();
      clearInterval(timeCheck);
      for (const { timer, left } of dashboards.values()) {
        if (timer !== null) clearTimeout(timer);
        left.abort();
      }
      dashboards.clear();
    },
  };
}

const isTemporary = (error: unknown): boolean =>
  error instanceof DatabaseUnavailableError ||
  error instanceof OverloadedError ||
  error instanceof TooManyQueriesError;
