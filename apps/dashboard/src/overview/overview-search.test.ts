import { expect, test } from 'vitest';
import { browserTimeZone } from '../format/time-zone.ts';
import { withTimeZone } from './overview-search.ts';

const named = (search: string) => Object.fromEntries(withTimeZone(new URLSearchParams(search)));

test('an address with dates names their time zone', () => {
  const dates = { from: '2026-10-01', to: '2026-10-31' };
  expect(named('from=2026-10-01&to=2026-10-31')).toEqual({ ...dates, timeZone: browserTimeZone });
  expect(named('from=2026-10-01&to=2026-10-31&timeZone=Asia/Tokyo')).toEqual({
    ...dates,
    timeZone: 'Asia/Tokyo',
  });
});

test.each(['', 'range=7d', 'from=2026-10-31&to=2026-10-01'])(
  '“%s” has no dates to name a zone for',
  (search) => {
    expect(named(search)).toEqual(Object.fromEntries(new URLSearchParams(search)));
  },
);
