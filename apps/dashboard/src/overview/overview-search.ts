import type { RouterOutputs } from '@paydeck/client';
import { addDays, type CalendarDate, formatDayWithYear, isCalendarDate } from '../format/dates.ts';
import { timeZoneOf } from '../format/time-zone.ts';
import { type WeekStart, weekStartOf } from './week-start.ts';

type Interval = RouterOutputs['stats']['revenue']['interval'];

/** The input of every stats call of the overview. Dates are in `timeZone`; `to` is exclusive. */
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

/** The overview's settings, as the address holds them. */
export type OverviewSearch = {
  range: (typeof presets)[number]['value'] | 'custom';
  /** Both inclusive; null unless the range is custom. */
  from: CalendarDate | null;
  to: CalendarDate | null;
  interval: Interval;
  weekStartsOn: WeekStart;
  timeZone: string;
  /** Null for the server's default. */
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
    interval: intervals.find(({ value }) => value === params.get('interval'))?.value ?? defaultInterval(days),
    weekStartsOn: weekStartOf(params),
    timeZone: timeZoneOf(params),
    currency: params.get('currency'),
  };
}

/**
 * The address with its time zone, if it has dates: without it, they mean other days to a reader elsewhere. The same object if
 * nothing is missing.
 */
export function withTimeZone(params: URLSearchParams): URLSearchParams {
  if (params.has('timeZone') || readOverviewSearch(params).range !== 'custom') return params;
  const named = new URLSearchParams(params);
  named.set('timeZone', timeZoneOf(params));
  return named;
}

/** The chosen range in words, as the control names it. */
export const rangeName = ({ range, from, to }: OverviewSearch): string =>
  from !== null && to !== null
    ? `${formatDayWithYear(from)} – ${formatDayWithYear(to)}`
    : (presets.find(({ value }) => value === range)?.label ?? '');

const dayMs = 86_400_000;

/** The shortest interval that leaves the bars wide enough to read. */
const defaultInterval = (days: number): Interval => (days <= 120 ? 'day' : days <= 800 ? 'week' : 'month');

/** The stats input for a search. A preset range ends with `today`. */
export function scopeOf(search: OverviewSearch, today: CalendarDate): StatsScope {
  const days = presets.find(({ value }) => value === search.range)?.days ?? 30;
  return {
    timeZone: search.timeZone,
    ...(search.currency !== null && { currency: search.currency }),
    from: search.from ?? addDays(today, 1 - days),
    to: addDays(search.to ?? today, 1),
  };
}
