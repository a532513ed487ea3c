import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import type { Database } from '@paydeck/db/connection';
import { selectNewestPosition } from '@paydeck/db/events';

/** The next read waits at most this long for the running one. */
const patienceMs = 50;

/**
 * A function that reads the newest position of the log. Callers share a read only if it starts after all of them have
 * called, so it includes every write that was answered before any of them called. Calls during a read share the next one.
 */
export function createPositionReader(db: Database): () => Promise<number> {
  let running: Promise<unknown> = Promise.resolve();
  let next: Promise<number> | null = null;
  const readNext = async () => {
    await Promise.race([running, delay(patienceMs, undefined, { ref: false })]);
    // Requests that arrive together are read from their sockets in the same turn.
    await nextTurn();
    next = null;
    const position = selectNewestPosition(db);
    running = position.catch(() => {});
    return position;
  };
  return () => {
    next ??= readNext();
    return next;
  };
}
