import { type AuditEntry, insertAuditEntries, noCaller } from '@paydeck/db/audit-log';
import type { Database } from '@paydeck/db/connection';

/** Writes the audit rows that no command writes with its change. */
export type AuditTrail = {
  /** Adds a row to the audit log. Resolves when it is written. */
  record(entry: AuditEntry): Promise<void>;
  /**
   * Adds a row for a refused call, without making the caller wait. If the same refusal happens again within a minute, the
   * repetitions become one row with `details.repeated`. At most `rowsAtOnce` different refusals, and then
   * `rowsPerMinute`, have a row each; the others are counted in one row `audit.omitted` a minute. So nobody can fill the
   * table, or delay the writes of payments, by being refused. `source` says whose refusals count together.
   */
  noteRefusal(entry: AuditEntry, source: 'anonymous' | 'signed-in'): void;
  /** Writes the repetitions so far. */
  flush(): Promise<void>;
  /** Stops, after writing the repetitions so far. */
  close(): Promise<void>;
};

const windowMs = 60_000;
const rowsAtOnce = 100;
const rowsPerMinute = 20;

type Repeated = { entry: AuditEntry; repeated: number };

/** `onError` receives errors of writes that no call waits for. */
export function createAuditTrail(db: Database, onError: (error: unknown) => void): AuditTrail {
  const noted = new Map<string, Repeated>();
  const rowsLeft = { anonymous: rowsAtOnce, 'signed-in': rowsAtOnce };
  const omitted = new Map<string, number>();
  /** Waiting rows. At most one statement writes them at a time. */
  let waiting: AuditEntry[] = [];
  let writing: Promise<void> | null = null;

  const writeWaiting = async () => {
    while (waiting.length > 0) {
      const entries = waiting;
      waiting = [];
      await insertAuditEntries(db, entries).catch(onError);
    }
    writing = null;
  };
  const enqueue = (entry: AuditEntry) => {
    waiting.push(entry);
    writing ??= writeWaiting();
  };

  const flush = async () => {
    for (const { entry, repeated } of noted.values())
      if (repeated > 0) enqueue({ ...entry, details: { ...entry.details, repeated } });
    noted.clear();
    if (omitted.size > 0) {
      const details = { calls: Object.fromEntries(omitted) };
      enqueue({ ...noCaller, ...nobody, action: 'audit.omitted', details });
      omitted.clear();
    }
    await writing;
  };
  const timer = setInterval(() => {
    for (const source of ['anonymous', 'signed-in'] as const)
      rowsLeft[source] = Math.min(rowsAtOnce, rowsLeft[source] + rowsPerMinute);
    void flush();
  }, windowMs);
  timer.unref();

  return {
    record: (entry) => insertAuditEntries(db, [entry]),
    noteRefusal: (entry, source) => {
      const key = JSON.stringify(entry);
      const known = noted.get(key);
      if (known !== undefined) {
        known.repeated += 1;
      } else if (rowsLeft[source] > 0) {
        rowsLeft[source] -= 1;
        noted.set(key, { entry, repeated: 0 });
        enqueue(entry);
      } else {
        omitted.set(entry.action, (omitted.get(entry.action) ?? 0) + 1);
      }
    },
    flush,
    close: async () => {
      clearInterval(timer);
      await flush();
    },
  };
}

const nobody = { actorId: null, apiKeyId: null, subjectId: null };
