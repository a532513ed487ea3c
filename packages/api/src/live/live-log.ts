import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import type { Database } from '@paydeck/db/connection';
import {
  type LoggedEvent,
  type LogPage,
  logChannel,
  notifyLogReaders,
  reportLostEvent,
  selectEventsOfTypes,
  selectLogPage,
  selectLogState,
} from '@paydeck/db/events';
import pLimit from 'p-limit';
import { createDatabaseClock, type DatabaseClock } from './database-clock.ts';
import { createLogPlace, isIn, type StepBack } from './log-place.ts';
import { createRecentEvents } from './recent-events.ts';
import { StepBackError } from './step-back-error.ts';

export type LiveLog = {
  /** The last position that was delivered to listeners. */
  readonly position: number;
  /** How often the log was found to have lost events. Pages that were read before then are not valid any more. */
  readonly stepsBack: number;
  /**
   * Calls the listener when events that were read are lost: what came after `keptUntil` never happened. Nothing more is
   * delivered of it, and the next events come after `position`. Until the returned function is called.
   */
  onStepBack(listener: (stepBack: Pick<StepBack, 'keptUntil'>) => void): () => void;
  /** The clock of the database, as of the last read. */
  readonly clock: DatabaseClock;
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
  /** Resolves when all events up to a position of the log have been delivered, or are lost, or when the live log closes. */
  reach(position: number): Promise<void>;
  /** To be called after a write to the log: reads it if a listener waits for it, and notifies the other processes. */
  wake(): void;
  /** Reads the log at once. To be called when it seems to have lost events. */
  check(): void;
  /** Resolves when the log has been read up to the last wake-up, if a read for it was still to come. */
  catchUp(): Promise<void>;
  /** Whether one of the last few polls succeeded in reading the log. */
  isReading(): boolean;
  close(): Promise<void>;
};

type Listener = (events: readonly LoggedEvent[]) => void;

export type ReplayPage = {
  events: readonly LoggedEvent[];
  /** The oldest and newest position of the log, or of its part that is in memory. */
  oldest: number;
  newest: number;
  /** The log had no more events when the page was read. */
  isWhole: boolean;
  /** The position was given out in an earlier life of the log, and its event is lost. */
  isLost: boolean;
};

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
 * next read finds everything after the last position, since no position becomes visible before a lower one. Each read also
 * finds out whether the event at the last position is still there (log-place.ts).
 */
export async function startLiveLog(db: Database, onError: (error: unknown) => void): Promise<LiveLog> {
  const first = await selectLogState(db);
  const place = createLogPlace(first);
  const clock = createDatabaseClock(first.clockMs);
  let reading: Promise<void> | null = null;
  let readAgain = false;
  let notifying = false;
  let notifyAgain = false;
  let lastReadAt = Date.now();
  let quietRead: NodeJS.Timeout | null = null;
  let closed = false;
  let stepsBack = 0;
  /** Lost events that are not recorded in the database yet. */
  let unreported: { position: number; at: string }[] = [];
  const stepBackListeners = new Set<(stepBack: StepBack) => void>();
  const listeners = new Map<Listener, readonly string[] | 'all'>();
  const recentEvents = createRecentEvents(first.newest);
  const replaySlots = pLimit(replaysAtOnce);
  /** By position. Subscribers that resume from the same position share one read. */
  const pendingReads = new Map<number, Promise<LogPage>>();

  /** The event types that listeners need; null for all. */
  const wantedTypes = (): string[] | null => {
    const wanted = [...listeners.values()];
    return wanted.includes('all') ? null : [...new Set(wanted.flat())];
  };

  const reportLost = async () => {
    for (const event of [...unreported]) {
      await reportLostEvent(db, event);
      unreported = unreported.filter((other) => other !== event);
    }
  };

  const callAll = <T>(called: Iterable<(argument: T) => void>, argument: T) => {
    for (const listener of called) {
      // A listener that throws must not keep the page from the others.
      try {
        listener(argument);
      } catch (error) {
        onError(error);
      }
    }
  };

  /** Whether the page follows what was read before. Otherwise the memory of the old log is dropped, and everyone is reset. */
  const follows = ({ state }: LogPage): boolean => {
    lastReadAt = Date.now();
    clock.set(state.clockMs);
    const stepBack = place.check(state);
    if (stepBack === null) return true;
    stepsBack++;
    recentEvents.skipTo(place.position);
    pendingReads.clear();
    onError(new StepBackError(stepBack, place.position));
    if (stepBack.lost !== null) unreported.push(stepBack.lost);
    callAll(stepBackListeners, stepBack);
    return false;
  };

  const nextEvents = async (): Promise<{ events: LoggedEvent[]; more: boolean }> => {
    const types = wantedTypes();
    if (types !== null) {
      const page = await selectEventsOfTypes(db, { after: place.position, types });
      // A listener for all events may have attached during this read. It must not miss the events skipped here.
      if (wantedTypes() !== null) {
        if (!follows(page)) return { events: [], more: false };
        place.moveTo({ position: page.state.newest, at: page.state.newestAt });
        recentEvents.skipTo(place.position);
        return { events: page.events, more: false };
      }
    }
    const page = await selectLogPage(db, { after: place.position, limit: pageSize });
    if (!follows(page)) return { events: [], more: false };
    const { events } = page;
    const last = events.at(-1);
    if (last !== undefined) place.moveTo({ position: last.position, at: last.at.toISOString() });
    recentEvents.append(events, place.position);
    return { events, more: events.length === pageSize };
  };

  const readOnce = async () => {
    for (let more = true; more; ) {
      const next = await nextEvents();
      more = next.more;
      if (next.events.length > 0) callAll(listeners.keys(), next.events);
    }
    await reportLost();
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
    const page = selectLogPage(db, { after, limit: pageSize }).finally(() => {
      if (pendingReads.get(after) === page) pendingReads.delete(after);
    });
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
      return place.position;
    },
    get stepsBack() {
      return stepsBack;
    },
    onStepBack: (listener) => {
      stepBackListeners.add(listener);
      return () => stepBackListeners.delete(listener);
    },
    clock,
    attach: (listener, options) => {
      listeners.set(listener, options?.types ?? 'all');
      return () => listeners.delete(listener);
    },
    readAfter: (after) =>
      replaySlots(async () => {
        await nextTurn();
        const known = place.isLost(after) ? null : recentEvents.after(after);
        if (known === null) {
          const { events, state } = await readStored(after);
          const { oldest, newest, lostRanges } = state;
          const isWhole = events.length < pageSize;
          return { events, oldest, newest, isWhole, isLost: isIn(lostRanges, after) };
        }
        const events = known.slice(0, pageSize);
        // `oldest: 0`, since the events in memory begin right after the position: none is missing.
        const isWhole = events.length === known.length;
        return { events, oldest: 0, newest: place.position, isWhole, isLost: false };
      }),
    reach: async (target) => {
      const steps = stepsBack;
      const isAwaited = () => place.position < target && stepsBack === steps && !closed;
      while (isAwaited()) {
        read();
        await reading;
        // The read failed or found less. Try again.
        if (isAwaited()) await delay(50, undefined, { ref: false });
      }
    },
    wake: () => {
      onWake();
      void notify();
    },
    check: read,
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
