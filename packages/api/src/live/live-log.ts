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
  /** The last position that was delivered to listeners. */
  readonly position: number;
  /**
   * Delivers every event from now on to the listener, in order, until the returned function is called. A listener with
   * `types` needs only those, but may receive others. While all listeners have `types`, other events are not read.
   */
  attach(listener: Listener, options?: { types: readonly string[] }): () => void;
  /**
   * The page of events after a position: from memory if they are recent, else from the database. At most
   * `replaysAtOnce` reads run at once. The others wait in order, and the event loop gets a turn between two reads, so that a
   * mass reconnect can't block it.
   */
  readAfter(position: number): Promise<ReplayPage>;
  /** Resolves when all events up to a position of the log have been delivered, or when the live log closes. */
  reach(position: number): Promise<void>;
  /** To be called after a write to the log: reads it if a listener waits for it, and notifies the other processes. */
  wake(): void;
  /** Resolves when the log has been read up to the last wake-up, if a read for it was still to come. */
  catchUp(): Promise<void>;
  /** Whether one of the last few polls succeeded in reading the log. */
  isReading(): boolean;
  close(): Promise<void>;
};

type Listener = (events: readonly LoggedEvent[]) => void;

/** `isWhole`: the log had no more events when the page was read. */
export type ReplayPage = LogPage & { isWhole: boolean };

/** The most events of one page. Small, since a subscriber that has little room still gets a whole page. */
const pageSize = 500;
const replaysAtOnce = 4;
/** The longest that an event can be late when its notification was lost. */
const pollMs = 1_000;
/** The pause after a notification. Writes during the pause share the next one. */
const notifyEveryMs = 10;
/** The pause before a read that no subscriber waits for. Wake-ups during the pause share the read. */
const quietReadMs = 50;

/**
 * Reads the event log once for the whole process, by position. A NOTIFY only wakes it, so losing one loses no event: the
 * next read finds everything after the last position, since no position becomes visible before a lower one.
 */
export async function startLiveLog(db: Database, onError: (error: unknown) => void): Promise<LiveLog> {
  let position = (await selectLogBounds(db.orm)).newest;
  let reading: Promise<void> | null = null;
  let readAgain = false;
  let notifying = false;
  let notifyAgain = false;
  let lastReadAt = Date.now();
  let quietRead: NodeJS.Timeout | null = null;
  let closed = false;
  const listeners = new Map<Listener, readonly string[] | 'all'>();
  const recentEvents = createRecentEvents(position);
  const replaySlots = pLimit(replaysAtOnce);
  /** By position. Subscribers that resume from the same position share one read. */
  const pendingReads = new Map<number, Promise<LogPage>>();

  /** The event types that listeners need; null for all. */
  const wantedTypes = (): string[] | null => {
    const wanted = [...listeners.values()];
    return wanted.includes('all') ? null : [...new Set(wanted.flat())];
  };

  const nextEvents = async (): Promise<{ events: LoggedEvent[]; last: number; more: boolean }> => {
    const types = wantedTypes();
    if (types !== null) {
      const { events, newest } = await selectEventsOfTypes(db, { after: position, types });
      // A listener for all events may have attached during this read. It must not miss the events skipped here.
      if (wantedTypes() !== null) {
        const last = Math.max(position, newest);
        recentEvents.skipTo(last);
        return { events, last, more: false };
      }
    }
    const events = await selectEvents(db, { after: position, limit: pageSize });
    const last = events.at(-1)?.position ?? position;
    recentEvents.append(events, last);
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
        // A listener that throws must not keep the page from the others.
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
      readAgain = true;
      return;
    }
    reading = readOnce()
      .catch(onError)
      .finally(() => {
        reading = null;
        if (!readAgain) return;
        readAgain = false;
        read();
      });
  };

  /**
   * Reads at once if a listener needs all events. Otherwise listeners need only events about access, and the session cache
   * keeps an answer for up to two seconds anyway. One read per write would add a third to the cost of the writes.
   */
  const onWake = () => {
    if (wantedTypes() === null) return read();
    quietRead ??= setTimeout(() => {
      quietRead = null;
      read();
    }, quietReadMs).unref();
  };

  const readStored = (after: number): Promise<LogPage> => {
    const shared = pendingReads.get(after);
    if (shared !== undefined) return shared;
    const page = selectLogPage(db, { after, limit: pageSize }).finally(() => pendingReads.delete(after));
    pendingReads.set(after, page);
    return page;
  };

  // Sends one notification at a time. Requests in between are combined into one more.
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

  const listening = db.listen(logChannel, onWake);
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
        const known = recentEvents.after(after);
        if (known === null) {
          const page = await readStored(after);
          return { ...page, isWhole: page.events.length < pageSize };
        }
        const events = known.slice(0, pageSize);
        // `oldest: 0`, since the events in memory begin right after the position: none is missing.
        return { events, oldest: 0, newest: position, isWhole: events.length === known.length };
      }),
    reach: async (target) => {
      while (position < target && !closed) {
        read();
        await reading;
        // The read failed or found less. Try again.
        if (position < target) await delay(50, undefined, { ref: false });
      }
    },
    wake: () => {
      onWake();
      void notify();
    },
    catchUp: async () => {
      if (quietRead !== null) {
        clearTimeout(quietRead);
        quietRead = null;
        read();
      }
      await reading;
      // A read that began before the last wake-up was followed by another one.
      await reading;
    },
    isReading: () => !closed && Date.now() - lastReadAt < 5 * pollMs,
    close: async () => {
      closed = true;
      clearInterval(poll);
      if (quietRead !== null) clearTimeout(quietRead);
      listeners.clear();
      await listening.close();
      await reading;
    },
  };
}
