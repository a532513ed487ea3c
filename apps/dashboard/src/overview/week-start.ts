/** The day on which the weeks of the chart begin. */
export type WeekStart = 'monday' | 'saturday' | 'sunday';

export const weekStarts: readonly { value: WeekStart; label: string }[] = [
  { value: 'monday', label: 'Weeks from Monday' },
  { value: 'sunday', label: 'Weeks from Sunday' },
  { value: 'saturday', label: 'Weeks from Saturday' },
];

const storageKey = 'paydeck.weekStartsOn';

const known = (text: string | null | undefined) => weekStarts.find(({ value }) => value === text)?.value;

/** The day in the address, otherwise the one that was chosen in this browser, otherwise that of the browser's language. */
export function weekStartOf(params: URLSearchParams): WeekStart {
  const stored = typeof localStorage === 'undefined' ? null : localStorage.getItem(storageKey);
  return known(params.get('weekStartsOn')) ?? known(stored) ?? localWeekStart(defaultLocale());
}

export function chooseWeekStart(value: WeekStart): void {
  localStorage.setItem(storageKey, value);
}

const defaultLocale = () => new Intl.DateTimeFormat().resolvedOptions().locale;

/** As calendars of the locale show weeks: from Sunday in `en-US`. Monday in a browser that does not know. */
export function localWeekStart(name: string): WeekStart {
  const locale = new Intl.Locale(name);
  // A method in the standard, a property in browsers from before it (ECMA-402, Intl.Locale Info).
  const read: unknown = Reflect.get(locale, 'getWeekInfo');
  const info: unknown =
    typeof read === 'function' ? Reflect.apply(read, locale, []) : Reflect.get(locale, 'weekInfo');
  const firstDay = typeof info === 'object' && info !== null && 'firstDay' in info ? info.firstDay : 1;
  return firstDay === 7 ? 'sunday' : firstDay === 6 ? 'saturday' : 'monday';
}
