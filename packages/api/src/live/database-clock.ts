export type DatabaseClock = {
  /** The present time by the clock of the database, by which payments are dated. */
  now(): Date;
  /** Sets the clock from a read, in milliseconds since 1970. */
  set(databaseMs: number): void;
};

/**
 * The clock of the database. "Today" must follow it: payments get their time from it, and the clock of the server may differ.
 * Between two reads it advances with the monotonic clock of the process.
 */
export function createDatabaseClock(databaseMs: number): DatabaseClock {
  let offsetMs = databaseMs - performance.now();
  return {
    now: () => new Date(performance.now() + offsetMs),
    set: (readMs) => {
      offsetMs = readMs - performance.now();
    },
  };
}
