import { customType, timestamp } from './drizzle.ts';

/** A `timestamptz` in whole milliseconds, which a JavaScript `Date` holds exactly. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

export const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' });
