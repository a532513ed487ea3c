import type { RouterOutputs } from '@paydeck/client';
import { addDays, browserTimeZone, type CalendarDate, isCalendarDate } from '../format/dates.ts';

type Interval = RouterOutputs['stats']['revenue']['interval'];

/** What every stats call of the overview covers: dates in `timeZone`, `to` exclusive. */
export type StatsScope = { timeZone: string; currency?: string; from: CalendarDate; to: CalendarDate };

export const presets = [
  { value: '1d', label: 'Today', days: 1 },
  { value: '7d', label: 'Last 7 days', days: 7 },
  { value: '30d', label: 'Last 30 days', days: 30 },
  { value: '90d', label: 'Last 90 days', days: 90 },
  { value: '365d', label: 'Last 12 months', days: 365 },
] as const;

export const intervals: readonly { value: Interval; label: string }[] = [
  { value: 'day', label: 'Day' },
  { value: 'week', label: 'Week' },
  { value: 'month', label: 'Month' },
];

/** What the address says about the overview. */
export type OverviewSearch = {
  range: (typeof presets)[number]['value'] | 'custom';
  /** Both inclusive; of a custom range. */
  from: CalendarDate | null;
  to: CalendarDate | null;
  interval: Interval;
  timeZone: string;
  /** Null: the server's default. */
  currency: string | null;
};

export function readOverviewSearch(params: URLSearchParams): OverviewSearch {
  const [from, to] = [params.get('from'), params.get('to')];
  const isCustom = isCalendarDate(from) && isCalendarDate(to) && from <= to;
  const preset = presets.find(({ value }) => value === params.get('range')) ?? presets[2];
  const days = isCustom ? (Date.parse(to) - Date.parse(from)) / dayMs + 1 : preset.days;
  return {
    range: isCustom ? 'custom' : preset.value,
    from: isCustom ? from : null,
    to: isCustom ? to : null,
    interval: intervals.find(({ value }) => value === params.get('interval'))?.value ?? usualInterval(days),
    timeZone: timeZones.find((zone) => zone === params.get('timeZone')) ?? browserTimeZone,
    currency: params.get('currency'),
  };
}

const dayMs = 86_400_000;

/** As many bars as can be told apart. */
const usualInterval = (days: number): Interval => (days <= 120 ? 'day' : days <= 800 ? 'week' : 'month');

/** The dates of a search; those of a preset end with `today`. */
export function scopeOf(search: OverviewSearch, today: CalendarDate): StatsScope {
  const days = presets.find(({ value }) => value === search.range)?.days ?? 30;
  return {
    timeZone: search.timeZone,
    ...(search.currency !== null && { currency: search.currency }),
    from: search.from ?? addDays(today, 1 - days),
    to: addDays(search.to ?? today, 1),
  };
}

/** Every IANA time zone that the browser knows, its own and UTC among them. */
export const timeZones: readonly string[] = [
  ...new Set([browserTimeZone, 'UTC', ...Intl.supportedValuesOf('timeZone')]),
];
