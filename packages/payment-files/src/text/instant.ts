/** The parts of a date format, and what each of them looks like. */
const tokens: Readonly<Record<string, string>> = {
  YYYY: '(?<year>\\d{4})',
  YY: '(?<shortYear>\\d{2})',
  MMM: '(?<monthName>[A-Za-z]{3})',
  MM: '(?<month>\\d{2})',
  M: '(?<month>\\d{1,2})',
  DD: '(?<day>\\d{2})',
  D: '(?<day>\\d{1,2})',
  HH: '(?<hour>\\d{2})',
  H: '(?<hour>\\d{1,2})',
  mm: '(?<minute>\\d{2})',
  ss: '(?<second>\\d{2})',
  SSS: '(?<fraction>\\d{1,6})',
  A: '(?<half>[AaPp][Mm])',
  Z: '(?<zone>Z|[+-]\\d{2}:?\\d{2})',
};
const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/**
 * Reads a text of a date format. `zone` is an IANA name or an offset. Null when the text does not have the format, and an issue,
 * such as `must …`, for a time that the clocks of the zone skip.
 */
export type DateReader = (text: string, zone: string) => { instant: string } | { issue: string } | null;

/**
 * Compiles a date format such as `DD.MM.YYYY HH:mm`. Its parts are YYYY, YY, MM, M, MMM (Jan), DD, D, HH, H, mm, ss, SSS,
 * A (AM or PM) and Z (an offset, or the letter Z for UTC). A part in square brackets may be missing. Returns null when the
 * format names no day, month or year, or a part twice.
 */
export function compileDateFormat(format: string): DateReader | null {
  const source = format.replaceAll(
    /YYYY|YY|MMM|MM|M|DD|D|HH|H|mm|ss|SSS|A|Z|[[\]]|[^A-Za-z[\]]|[A-Za-z]/g,
    (part) => {
      if (part === '[') return '(?:';
      if (part === ']') return ')?';
      return tokens[part] ?? part.replace(/[\\^$.*+?()|{}/]/g, '\\$&');
    },
  );
  const names = [...source.matchAll(/\(\?<(\w+)>/g)].map(([, name = '']) =>
    name.replace(/^short|Name$/, '').toLowerCase(),
  );
  if (new Set(names).size !== names.length || !['day', 'month', 'year'].every((name) => names.includes(name)))
    return null;
  const pattern = patternOf(source);
  if (pattern === null) return null;
  return (text, zone) => {
    const groups = pattern.exec(text.trim())?.groups;
    return groups === undefined ? null : instantOf(groups, zone);
  };
}

function patternOf(source: string): RegExp | null {
  try {
    return new RegExp(`^${source}$`);
  } catch {
    return null;
  }
}

function instantOf(parts: Record<string, string | undefined>, zone: string): ReturnType<DateReader> {
  const number = (text: string | undefined) => Number(text ?? 0);
  const year = parts.year === undefined ? 2000 + number(parts.shortYear) : number(parts.year);
  const month =
    parts.monthName === undefined ? number(parts.month) : months.indexOf(parts.monthName.toLowerCase()) + 1;
  const day = number(parts.day);
  const half = parts.half?.toLowerCase();
  const clockHour = number(parts.hour);
  if (half !== undefined && (clockHour < 1 || clockHour > 12)) return null;
  const hour = half === undefined ? clockHour : (clockHour % 12) + (half === 'pm' ? 12 : 0);
  const [minute, second] = [number(parts.minute), number(parts.second)];
  const milliseconds = Math.floor(Number(`0.${parts.fraction ?? 0}`) * 1000);
  const local = Date.UTC(year, month - 1, day, hour, minute, second, milliseconds);
  const date = new Date(local);
  // Date.UTC makes March 3 of February 31, and 1999 of the year 99.
  if (
    date.getUTCFullYear() !== year ||
    date.getUTCMonth() !== month - 1 ||
    date.getUTCDate() !== day ||
    hour > 23 ||
    minute > 59 ||
    second > 59
  )
    return null;
  const own = parts.zone?.replace(/^([+-]\d\d)(\d\d)$/, '$1:$2');
  if (own !== undefined && own !== 'Z' && !isTimeZone(own)) return null;
  const time = instantIn(own === 'Z' ? 'UTC' : (own ?? zone), local);
  const isSkipped = !time.isShown && parts.hour !== undefined;
  return isSkipped
    ? { issue: `must be a time that clocks in ${zone} show: they go forward and skip this one` }
    : { instant: new Date(time.instant).toISOString() };
}

const dayMs = 86_400_000;

/**
 * The instant at which the clocks of a zone show a time: the first one if they show it twice, as when they go back. If they skip
 * it, `instant` is as long after the change as the time is: for a midnight the beginning of its day.
 */
function instantIn(zone: string, local: number): { instant: number; isShown: boolean } {
  const before = local - offsetAt(local - dayMs, zone);
  const shown = [before, local - offsetAt(local + dayMs, zone)]
    .filter((instant) => instant + offsetAt(instant, zone) === local)
    .sort((a, b) => a - b)[0];
  return shown === undefined ? { instant: before, isShown: false } : { instant: shown, isShown: true };
}

/** Whether `zone` is an IANA time zone or an offset such as `+02:00`. */
export function isTimeZone(zone: string): boolean {
  try {
    formatterOf(zone);
    return true;
  } catch {
    return false;
  }
}

/** By zone. Making one takes longer than reading a row, and a file may name a zone in each row. */
const formatters = new Map<string, Intl.DateTimeFormat>();

/** Throws `RangeError` for an unknown zone. */
function formatterOf(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known !== undefined) return known;
  const formatter = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' });
  formatters.set(zone, formatter);
  return formatter;
}

/** How many milliseconds the clocks of a zone are ahead of UTC at an instant. */
function offsetAt(instant: number, zone: string): number {
  if (zone === 'UTC') return 0;
  const name =
    formatterOf(zone)
      .formatToParts(instant)
      .find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign, hours = 0, minutes = 0, seconds = 0] = /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?/.exec(name) ?? [];
  const magnitude = (Number(hours) * 60 + Number(minutes)) * 60_000 + Number(seconds) * 1000;
  return sign === '-' ? -magnitude : magnitude;
}

/** The abbreviations of time zones that files name, and that stand for one offset everywhere. */
export const zoneAbbreviations: Readonly<Record<string, string>> = {
  UTC: 'UTC',
  GMT: 'UTC',
  PST: '-08:00',
  PDT: '-07:00',
  MST: '-07:00',
  MDT: '-06:00',
  EST: '-05:00',
  EDT: '-04:00',
  WEST: '+01:00',
  CET: '+01:00',
  CEST: '+02:00',
  EET: '+02:00',
  EEST: '+03:00',
  JST: '+09:00',
  AEST: '+10:00',
  AEDT: '+11:00',
};
