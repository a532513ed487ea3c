import type { Database } from '@paydeck/db/connection';
import type { z } from 'zod';
import { createSharedAnswers, type SharedAnswers } from '../answers/shared-answers.ts';
import { BoundedMap } from '../bounded-map.ts';
import { type CalendarDate, localDate, minuteOf, type Previous } from './calendar.ts';
import type { dashboard, failures, overview, revenue } from './schema.ts';

/** The answers that the calls of one process share, by `answerKey`. */
export type StatsAnswers = {
  dashboards: SharedAnswers<z.output<typeof dashboard>>;
  revenues: SharedAnswers<z.output<typeof revenue>>;
  failures: SharedAnswers<z.output<typeof failures>>;
  overviews: SharedAnswers<z.output<typeof overview>>;
  /** The functions that compute the dashboards, by `answerKey`. */
  prepared: BoundedMap<string, (db: Database) => Promise<z.output<typeof dashboard>>>;
};

/** Each takes some 40 kB for a range of 30 days, and 1 MB for the longest range. */
const maxPrepared = 50;

export function createStatsAnswers(newestPosition: () => Promise<number>): StatsAnswers {
  return {
    dashboards: createSharedAnswers(newestPosition, (answer) => 2 * answer.revenueChart.length),
    revenues: createSharedAnswers(newestPosition, (answer) => answer.points.length),
    failures: createSharedAnswers(newestPosition, ({ items }) =>
      items.reduce((total, { periods }) => total + periods.length, 0),
    ),
    overviews: createSharedAnswers(
      newestPosition,
      ({ dashboard, revenue, failures }) =>
        2 * dashboard.revenueChart.length + revenue.points.length + (failures?.items.length ?? 0),
    ),
    prepared: new BoundedMap(maxPrepared),
  };
}

/**
 * Everything that stats depend on besides the payments: the input, and the local date of the call. With `previous: 'soFar'`
 * also the minute.
 */
export function answerKey(input: { timeZone: string; previous: Previous }, now: Date): string {
  const today: CalendarDate = localDate(now, input.timeZone);
  return JSON.stringify([today, input.previous === 'soFar' ? minuteOf(now) : null, input]);
}
