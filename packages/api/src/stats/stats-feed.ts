import { DatabaseUnavailableError } from '@paydeck/db/connection';
import type { LoggedEvent } from '@paydeck/db/events';
import type { z } from 'zod';
import type { LiveLog } from '../live/live-log.ts';
import { type LiveMessage, type LiveSink, LiveSubscription } from '../live/live-subscription.ts';
import { localDate } from './calendar.ts';
import { dashboardStats, type StatsUpdate } from './dashboard.ts';
import type { StatsSource } from './range.ts';
import type { dashboardInput } from './schema.ts';

export type StatsFeed = {
  /** The dashboard now, and again after changes, at most 4 times a second. A slow reader skips to the newest. */
  subscribe(
    input: z.output<typeof dashboardInput>,
    signal: AbortSignal | undefined,
  ): LiveSubscription<StatsUpdate>;
  close(): void;
};

type Follower = { sink: LiveSink<StatsUpdate>; isFull: boolean; seen: Question['latest'] };

/** One question that any number of subscribers ask. */
type Question = {
  input: z.output<typeof dashboardInput>;
  latest: readonly LiveMessage<StatsUpdate>[] | null;
  followers: Set<Follower>;
  computedAt: number;
  date: string;
  timer: NodeJS.Timeout | null;
  /** One at a time: an answer that took longer must not come after a newer one. */
  isComputing: boolean;
};

const minIntervalMs = 250;
const retryMs = 1_000;
/** How often it is asked whether a new day began, which changes the numbers without an event. */
const clockMs = 5_000;

/** Computes each dashboard once for all subscribers who ask the same. */
export function createStatsFeed({ liveLog, ...source }: StatsSource & { liveLog: LiveLog }): StatsFeed {
  const questions = new Map<string, Question>();

  const compute = async (question: Question) => {
    question.isComputing = true;
    question.computedAt = Date.now();
    question.date = localDate(new Date(), question.input.timeZone);
    try {
      const stats = await dashboardStats(source, question.input);
      question.latest = [{ position: stats.asOf, data: { type: 'stats_updated', stats, at: new Date() } }];
      for (const follower of question.followers) give(question, follower);
    } catch (error) {
      if (error instanceof DatabaseUnavailableError) schedule(question, retryMs);
      else for (const { sink } of question.followers) sink.fail(error);
    } finally {
      question.isComputing = false;
    }
  };

  /** The newest answer, unless the follower has it or has no room. */
  const give = ({ latest, followers }: Question, follower: Follower) => {
    if (follower.isFull || latest === null || follower.seen === latest || !followers.has(follower)) return;
    follower.isFull = !follower.sink.hasRoom();
    if (follower.isFull) return;
    follower.seen = latest;
    follower.sink.push(latest);
  };

  const schedule = (question: Question, intervalMs = minIntervalMs) => {
    if (question.timer !== null || question.followers.size === 0) return;
    const wait = Math.max(0, question.computedAt + intervalMs - Date.now());
    question.timer = setTimeout(() => {
      question.timer = null;
      if (question.isComputing) schedule(question);
      else void compute(question);
    }, wait);
  };

  const changesStats = ({ type }: LoggedEvent) => type.startsWith('payment_') || type === 'rollups_repaired';
  const onEvents = (events: readonly LoggedEvent[]) => {
    if (events.some(changesStats)) for (const question of questions.values()) schedule(question);
  };
  // Attached while somebody follows: otherwise the log need not be read for the stats.
  let detach = () => {};
  const clock = setInterval(() => {
    for (const question of questions.values()) {
      if (question.date !== localDate(new Date(), question.input.timeZone)) schedule(question);
    }
  }, clockMs);
  clock.unref();

  const join = (key: string, input: z.output<typeof dashboardInput>): Question => {
    const known = questions.get(key);
    if (known !== undefined) return known;
    const question = {
      input,
      latest: null,
      followers: new Set<Follower>(),
      computedAt: 0,
      date: '',
      timer: null,
      isComputing: false,
    };
    if (questions.size === 0) detach = liveLog.attach(onEvents);
    questions.set(key, question);
    return question;
  };

  const leave = (key: string, question: Question, follower: Follower) => {
    if (!question.followers.delete(follower) || question.followers.size > 0) return;
    if (question.timer !== null) clearTimeout(question.timer);
    questions.delete(key);
    if (questions.size === 0) detach();
  };

  return {
    subscribe: (input, signal) =>
      new LiveSubscription(
        (sink) => {
          const key = JSON.stringify(input);
          const question = join(key, input);
          const follower: Follower = { sink, isFull: false, seen: null };
          question.followers.add(follower);
          if (question.latest === null) schedule(question);
          else setImmediate(give, question, follower);
          return {
            position: null,
            resume: () => {
              follower.isFull = false;
              give(question, follower);
            },
            stop: () => leave(key, question, follower),
          };
        },
        { signal, maxQueued: 1 },
      ),
    close: () => {
      detach();
      clearInterval(clock);
      for (const { timer } of questions.values()) if (timer !== null) clearTimeout(timer);
      questions.clear();
    },
  };
}
