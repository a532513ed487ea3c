/** Whether this browser can compute times in a zone, such as `Asia/Tokyo`. False for `Etc/Unknown`, which names no zone. */
export function isTimeZone(name: string): boolean {
  if (name === '' || name === 'Etc/Unknown') return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).format() !== '';
  } catch {
    return false;
  }
}

/** Names that browsers still report, and the names by which people know them (IANA tz database, file `backward`). */
const renamed: Readonly<Record<string, string>> = {
  'Africa/Asmera': 'Africa/Asmara',
  'America/Buenos_Aires': 'America/Argentina/Buenos_Aires',
  'America/Coral_Harbour': 'America/Atikokan',
  'America/Godthab': 'America/Nuuk',
  'America/Indianapolis': 'America/Indiana/Indianapolis',
  'America/Louisville': 'America/Kentucky/Louisville',
  'Asia/Calcutta': 'Asia/Kolkata',
  'Asia/Katmandu': 'Asia/Kathmandu',
  'Asia/Rangoon': 'Asia/Yangon',
  'Asia/Saigon': 'Asia/Ho_Chi_Minh',
  'Atlantic/Faeroe': 'Atlantic/Faroe',
  'Europe/Kiev': 'Europe/Kyiv',
  'Pacific/Enderbury': 'Pacific/Kanton',
  'Pacific/Ponape': 'Pacific/Pohnpei',
  'Pacific/Truk': 'Pacific/Chuuk',
};

/** `Asia/Calcutta` as `Asia/Kolkata`, and `America/New_York` as `America/New York`. */
export const timeZoneName = (zone: string): string => (renamed[zone] ?? zone).replaceAll('_', ' ');

const reported: string | undefined = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** False if the browser can't say in which zone it is, as when the system's zone has an unusual name. */
export const isBrowserZoneKnown: boolean = reported !== undefined && isTimeZone(reported);

/** The browser's own zone, or UTC if it is not known. */
export const browserTimeZone: string = isBrowserZoneKnown && reported !== undefined ? reported : 'UTC';

/** The zones to choose from, the browser's own and UTC first. A zone with two names is listed once. */
export const timeZones: readonly string[] = [
  ...new Set([browserTimeZone, 'UTC', ...Intl.supportedValuesOf('timeZone')]),
];

const storageKey = 'paydeck.timeZone';
const listeners = new Set<() => void>();
let kept: string | null = null;

/** The zone that was chosen in this browser; null if none was. */
export function getChosenTimeZone(): string | null {
  const stored = typeof localStorage === 'undefined' ? null : localStorage.getItem(storageKey);
  return stored !== null && isTimeZone(stored) ? stored : null;
}

/** Uses the zone in all views, also after a reload. */
export function chooseTimeZone(zone: string): void {
  localStorage.setItem(storageKey, zone);
  keepTimeZone(zone);
}

/** Uses the zone of an address in all views, until the page is closed. */
export function keepTimeZone(zone: string): void {
  if (kept === zone) return;
  kept = zone;
  for (const listener of listeners) listener();
}

export function subscribeToTimeZone(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/**
 * The zone of a view: the one in its address, otherwise that of the previous view, then the chosen one, then the browser's.
 * An address with an unknown zone is shown in UTC, so that everyone who opens it sees the same.
 */
export function timeZoneOf(params: URLSearchParams): string {
  const zone = params.get('timeZone');
  if (zone !== null) return isTimeZone(zone) ? zone : 'UTC';
  return kept ?? getChosenTimeZone() ?? browserTimeZone;
}

/** The zone in which the page shows times now. */
export const getTimeZone = (): string =>
  timeZoneOf(new URLSearchParams(typeof location === 'undefined' ? '' : location.search));
