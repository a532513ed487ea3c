import type { Database } from '@paydeck/db/open-database';
import {
  type LoggedEvent,
  logChannel,
  notifyReaders,
  readEvents,
  readLogBounds,
} from '@paydeck/db/read-events';

export type LiveLog = {
  /** The last position handed to listeners. */
  readonly position: number;
  /** Hands every event read from now on, in order, to the listener, until the returned function is called. */
  attach(listener: (events: readonly LoggedEvent[]) => void): () => void;
  /** Says that this process wrote to the log: it is read at once, and other processes are told. */
  wake(): void;
  /** Whether the log was read, successfully, within the last few polls. */
  isReading(): boolean;
  close(): Promise<void>;
};

const pageSize = 1_000;
/** How late an event can be when the wake-up was lost. */
const pollMs = 1_000;

/**
 * Reads the event log once for the whole process, by position. NOTIFY only wakes it: what was notified while the
 * connection was away is found by the next read, since a position is never visible before a lower one.
 */
export async function startLiveLog(db: Database, onError: (error: unknown) => void): Promise<LiveLog> {
  let position = (await readLogBounds(db.orm)).newest;
  let reading: Promise<void> | null = null;
  let again = false;
  let notifying = false;
  let notifyAgain = false;
  let lastReadAt = Date.now();
  let closed = false;
  const listeners = new Set<(events: readonly LoggedEvent[]) => void>();

  const readOnce = async () => {
    for (;;) {
      const events = await readEvents(db, { after: position, limit: pageSize });
      lastReadAt = Date.now();
      const last = events.at(-1);
      if (last === undefined) return;
      position = last.position;
      for (const listener of listeners) {
        // One that throws must not keep the page from the others.
        try {
          listener(events);
        } catch (error) {
          onError(error);
        }
      }
      if (events.length < pageSize) return;
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

  // One notification at a time: those that fall meanwhile become one more.
  const notify = async () => {
    if (notifying) {
      notifyAgain = true;
      return;
    }
    notifying = true;
    do {
      notifyAgain = false;
      await notifyReaders(db).catch(onError);
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
    attach: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
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
