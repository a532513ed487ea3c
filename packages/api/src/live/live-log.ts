import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import type { Database } from '@paydeck/db/connection';
import {
  type LoggedEvent,
  type LogPage,
  logChannel,
  notifyLogReaders,
  selectEvents,
  selectEventsOfTypes,
  selectLogBounds,
  selectLogPage,
} from '@paydeck/db/events';
import pLimit from 'p-limit';
import { createRecentEvents } from './recent-events.ts';

export type LiveLog = {
  /** The last position handed to listeners. */
  readonly position: number;
  /**
   * Hands every event read from now on, in order, to the listener, until the returned function is called. One that
   * names `types` gets those at least; while there are only such listeners, other events are not read at all.
   */
  attach(listener: Listener, options?: { types: readonly string[] }): () => void;
  /**
   * The log after a position, a page at most: from memory where it is recent, else from the database. Some readers at
   * a time, in the order of their coming, with other work between: a crowd that resumes at once stalls nobody.
   */
  readAfter(position: number): Promise<ReplayPage>;
  /** Resolves once everything up to a position that the log has was handed out, and when this process closes. */
  reach(position: number): Promise<void>;
  /** Says that this process wrote to the log: it is read at once, and other processes are told. */
  wake(): void;
  /** Whether the log was read, successfully, within the last few polls. */
  isReading(): boolean;
  close(): Promise<void>;
};

type Listener = (events: readonly LoggedEvent[]) => void;

/** `isWhole`: there was nothing after its events when it was read. */
export type ReplayPage = LogPage & { isWhole: boolean };

/** Bounds what a subscriber is given at once, beyond the room it has. */
const pageSize = 500;
const replaysAtOnce = 4;
/** How late an event can be when the wake-up was lost. */
const pollMs = 1_000;
/** Between two notifications; the first after a pause goes at once. */
const notifyEveryMs = 10;

/**
 * Reads the event log once for the whole process, by position. NOTIFY only wakes it: what was notified while the
 * connection was away is found by the next read, since a position is never visible before a lower one.
 */
export async function startLiveLog(db: Database, onError: (error: unknown) => void): Promise<LiveLog> {
  let position = (await selectLogBounds(db.orm)).newest;
  let reading: Promise<void> | null = null;
  let again = false;
  let notifying = false;
  let notifyAgain = false;
  let lastReadAt = Date.now();
  let closed = false;
  const listeners = new Map<Listener, readonly string[] | 'all'>();
  const recent = createRecentEvents(position);
  const replaySlots = pLimit(replaysAtOnce);
  /** Reads of the database under way, by position: those who resume from the same one share it. */
  const replaying = new Map<number, Promise<LogPage>>();

  /** The types that are listened for; null when somebody wants them all. */
  const wantedTypes = (): string[] | null => {
    const wanted = [...listeners.values()];
    return wanted.includes('all') ? null : [...new Set(wanted.flat())];
  };

  const nextEvents = async (): Promise<{ events: LoggedEvent[]; last: number; more: boolean }> => {
    const types = wantedTypes();
    if (types !== null) {
      const { events, newest } = await selectEventsOfTypes(db, { after: position, types });
      // Whoever attached meanwhile must not miss what was skipped: read it again, whole.
      if (wantedTypes() !== null) {
        const last = Math.max(position, newest);
        recent.skipTo(last);
        return { events, last, more: false };
      }
    }
    const events = await selectEvents(db, { after: position, limit: pageSize });
    const last = events.at(-1)?.position ?? position;
    recent.append(events, last);
    return { events, last, more: events.length === pageSize };
  };

  const readOnce = async () => {
    for (let more = true; more; ) {
      const next = await nextEvents();
      more = next.more;
      lastReadAt = Date.now();
      position = next.last;
      if (next.events.length === 0) continue;
      for (const listener of listeners.keys()) {
        // One that throws must not keep the page from the others.
        try {
          listener(next.events);
        } catch (error) {
          onError(error);
        }
      }
    }
  };

  const read = () => {
    if (closed) return;
    if (reading !== null) {
      again = true;
      return;
    }
    reading = readOnce()
      .catch(onError)
      .finally(() => {
        reading = null;
        if (!again) return;
        again = false;
        read();
      });
  };

  const readStored = (after: number): Promise<LogPage> => {
    const shared = replaying.get(after);
    if (shared !== undefined) return shared;
    const page = selectLogPage(db, { after, limit: pageSize }).finally(() => replaying.delete(after));
    replaying.set(after, page);
    return page;
  };

  // One notification at a time: those that fall meanwhile become one more.
  const notify = async () => {
    if (notifying) {
      notifyAgain = true;
      return;
    }
    notifying = true;
    do {
      notifyAgain = false;
      await notifyLogReaders(db).catch(onError);
      await delay(notifyEveryMs, undefined, { ref: false });
    } while (notifyAgain && !closed);
    notifying = false;
  };

  const listening = db.listen(logChannel, read);
  const poll = setInterval(read, pollMs);
  poll.unref();

  return {
    get position() {
      return position;
    },
    attach: (listener, options) => {
      listeners.set(listener, options?.types ?? 'all');
      return () => listeners.delete(listener);
    },
    readAfter: (after) =>
      replaySlots(async () => {
        await nextTurn();
        const known = recent.after(after);
        if (known === null) {
          const page = await readStored(after);
          return { ...page, isWhole: page.events.length < pageSize };
        }
        const events = known.slice(0, pageSize);
        return { events, oldest: 0, newest: position, isWhole: events.length === known.length };
      }),
    reach: async (target) => {
      while (position < target && !closed) {
        read();
        await reading;
        // What it can't read now it reads a moment later.
        if (position < target) await delay(50, undefined, { ref: false });
      }
    },
    wake: () => {
      read();
      void notify();
    },
    isReading: () => !closed && Date.now() - lastReadAt < 5 * pollMs,
    close: async () => {
      closed = true;
      clearInterval(poll);
      listeners.clear();
      await listening.close();
      await reading;
    },
  };
}
