import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import type { Database } from '@paydeck/db/connection';
import { selectNewestPosition } from '@paydeck/db/events';

/** The next read waits at most this long for the running one. */
const patienceMs = 50;

/**
 * A function that reads the newest position of the log. Callers share a read only if it starts after all of them have
 * called, so it includes every write that was answered before any of them called. Calls during a read share the next one.
 *
 * `onStepBack` is called before a read resolves with a position lower than that of a read that had ended before it began: the
 * log has lost events.
 */
export function createPositionReader(db: Database, onStepBack: () => void): () => Promise<number> {
  let running: Promise<unknown> = Promise.resolve();
  let next: Promise<number> | null = null;
  /** The highest position that was read. */
  let highest = 0;
  const checked = async (reading: Promise<number>): Promise<number> => {
    const highestBefore = highest;
    const position = await reading;
    if (position < highestBefore) {
      highest = position;
      onStepBack();
    } else if (position > highest) highest = position;
    return position;
  };
  const readNext = async () => {
    await Promise.race([running, delay(patienceMs, undefined, { ref: false })]);
    // Requests that arrive together are read from their sockets in the same turn.
    await nextTurn();
    next = null;
    const position = checked(selectNewestPosition(db));
    running = position.catch(() => {});
    return position;
  };
  return () => {
    next ??= readNext();
    return next;
  };
}
