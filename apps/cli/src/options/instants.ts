import { isCalendarDate } from '@paydeck/contract/calendar-date';
import { InvalidArgumentError } from 'commander';

const dayMs = 86_400_000;
const unitMs: Readonly<Record<string, number>> = {
  m: 60_000,
  h: 3_600_000,
  d: dayMs,
  w: 7 * dayMs,
};

const instantRule =
  'It must be a date such as 2026-01-31, an instant such as 2026-01-31T09:30:00Z, or an age such as 7d (m, h, d or w).';

/**
 * Reads an instant of the past or the future as ISO 8601 text. A date and an instant stay as they are written, because the
 * server decides what a date stands for. `7d` is the instant 7 times 24 hours before `now`; m, h and w are minutes, hours
 * and weeks. Throws `InvalidArgumentError` for every other text, and for a day that no calendar has.
 */
export function parseInstant(text: string, now = new Date()): string {
  return relativeInstant(text, now, -1) ?? absoluteInstant(text, instantRule);
}

/**
 * Reads the end of a range as `parseInstant` does. The API's end is exclusive, and a date of the command line includes that whole
 * day, so a date becomes the next one.
 */
export function parseEnd(text: string, now = new Date()): string {
  const end = parseInstant(text, now);
  // The API takes years of four digits.
  if (!/^\d{4}-\d\d-\d\d$/.test(end) || end === '9999-12-31') return end;
  return new Date(Date.parse(end) + dayMs).toISOString().slice(0, end.length);
}

/**
 * A parser for an option that checks the text with `parse` and keeps it, so that messages show what the user wrote. `parse` it
 * again to use it.
 */
export const asWritten =
  (parse: (text: string) => string) =>
  (text: string): string => {
    parse(text);
    return text;
  };

/** Reads an instant as `parseInstant` does, except that `90d` is the instant 90 times 24 hours after `now`. */
export function parseExpiry(text: string, now = new Date()): string {
  return (
    relativeInstant(text, now, 1) ??
    absoluteInstant(
      text,
      'It must be a date such as 2027-01-31, an instant such as 2027-01-31T09:30:00Z, or a time from now such as 90d (m, h, d or w).',
    )
  );
}

function relativeInstant(text: string, now: Date, direction: 1 | -1): string | null {
  const [, count, unit = ''] = /^(\d{1,6})([mhdw])$/.exec(text) ?? [];
  const length = unitMs[unit];
  if (count === undefined || length === undefined) return null;
  return new Date(now.getTime() + direction * Number(count) * length).toISOString();
}

function absoluteInstant(text: string, rule: string): string {
  const isIso = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/.test(text);
  const [date = '', time] = text.split('T');
  if (!isIso || !isCalendarDate(date)) throw new InvalidArgumentError(rule);
  if (time === undefined) return text;
  if (!/(Z|[+-]\d\d:\d\d)$/.test(time))
    throw new InvalidArgumentError(`It must have a time zone. Write ${text}Z for UTC, or ${text}+02:00.`);
  if (Number.isNaN(Date.parse(text))) throw new InvalidArgumentError(rule);
  return text;
}
