import { z } from 'zod';
import { paymentFilter } from '../filter/schema.ts';
import { lastEventId } from '../live/schema.ts';
import { currency, instantText, paymentMethod } from '../shapes.ts';
import { isTimeZone } from './calendar.ts';

const timeZone = z
  .string()
  .refine(isTimeZone, { error: 'must be an IANA time zone, such as Europe/Berlin' })
  .default('UTC');

const scope = {
  timeZone,
  currency: currency.optional(),
  /** Inclusive. A date stands for its first instant in the time zone. */
  from: instantText.optional(),
  /** Exclusive. */
  to: instantText.optional(),
  /**
   * How much of earlier periods is compared. `soFar`: they end at the current time of day, to the minute, if the
   * periods that they are compared with are not over.
   */
  previous: z.enum(['whole', 'soFar']).default('whole'),
  filter: paymentFilter.default({}),
};

const interval = z.enum(['day', 'week', 'month']);
const divided = {
  ...scope,
  interval: interval.default('day'),
  weekStartsOn: z.enum(['monday', 'saturday', 'sunday']).default('monday'),
};

export const dashboardInput = z.strictObject(scope);
export const onUpdateInput = z.strictObject({ ...scope, lastEventId });
export const revenueInput = z.strictObject(divided);
export const overviewInput = z.strictObject(divided);
export const failuresInput = z.strictObject(divided);

const covers = {
  timeZone: z.string(),
  currency: z.string(),
  from: z.date(),
  to: z.date(),
  /**
   * Only present for a filter by amount or text with too many payments to read: all figures, also those of the period before,
   * count only the payments created since then.
   */
  coveredFrom: z.date().optional(),
};

/** The log position at which the numbers were read: they include every event up to it, and no later one. */
const asOf = z.int();
const point = z.object({ date: z.iso.date(), amountMinor: z.int() });

const figures = {
  totalTransactionsToday: z.int(),
  totalTransactionsWeek: z.int(),
  totalRevenueMinor: z.int(),
  failedTransactions: z.int(),
  /** In percent, with one decimal: success ÷ (success + failed). */
  successRate: z.number(),
  revenueChart: z.array(point),
  methodDistribution: z.array(z.object({ method: paymentMethod, count: z.int(), percentage: z.number() })),
};

export const dashboard = z.object({
  ...covers,
  ...figures,
  /** Only present with `previous: 'soFar'`: the minute at which the earlier periods end, by time of day. */
  comparedAt: z.date().optional(),
  previous: z.object({ from: z.date(), to: z.date(), ...figures }),
  asOf,
});

export const revenue = z.object({
  ...covers,
  interval,
  totalRevenueMinor: z.int(),
  previousRevenueMinor: z.int(),
  points: z.array(point.extend({ count: z.int() })),
  asOf,
});

const failureFigures = { count: z.int(), amountMinor: z.int() };

const failureItem = z.object({
  /** Null for failures without a code. */
  failureCode: z.string().nullable(),
  method: paymentMethod,
  ...failureFigures,
  /** In percent of all failures in the range, with one decimal. */
  share: z.number(),
  previous: z.object(failureFigures),
  periods: z.array(z.object({ date: z.iso.date(), ...failureFigures })),
});

export const failures = z.object({
  ...covers,
  interval,
  ...failureFigures,
  /** In percent, with one decimal: failed ÷ (success + failed). */
  failureRate: z.number(),
  previous: z.object({ from: z.date(), to: z.date(), ...failureFigures, failureRate: z.number() }),
  /** Most frequent first. */
  items: z.array(failureItem),
  asOf,
});

/** Everything that the overview of the page shows, of one range and one log position. */
export const overview = z.object({
  dashboard,
  revenue,
  /** Null if the range has too many failed payments to read within the time of a long read. */
  failures: failures.extend({ items: z.array(failureItem.omit({ periods: true })) }).nullable(),
  asOf,
});
