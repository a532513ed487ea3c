import { setTimeout as delay } from 'node:timers/promises';
import { DatabaseUnavailableError } from '@paydeck/db/database-error';
import { type LoggedEvent, readEvents, readLogBounds } from '@paydeck/db/read-events';
import type { Services } from '../context.ts';
import { AppError } from '../errors.ts';

export type LogStep =
  | { kind: 'event'; event: LoggedEvent }
  /** The position asked for can't be resumed from; events go on after `position`. */
  | { kind: 'reset'; position: number };

const replayPage = 500;
/** A follower that falls this far behind is ended; it can resume from its last event. */
const maxQueued = 20_000;

/**
 * Every event after `lastEventId` (a position; null for "from now on"), in order, without a gap and without a
 * repetition: it attaches to the live log first, replays from the database, then goes on live. A position that is
 * older than the log keeps, or was never given, yields one `reset`. Ends when `signal` aborts.
 */
export async function* followLog(
  { db, liveLog }: Pick<Services, 'db' | 'liveLog'>,
  { lastEventId, signal }: { lastEventId: string | number | null; signal?: AbortSignal | undefined },
): AsyncGenerator<LogStep> {
  let queue: LoggedEvent[] = [];
  let overflowed = false;
  let wake = () => {};
  const detach = liveLog.attach((events) => {
    if (queue.length + events.length > maxQueued) overflowed = true;
    else queue.push(...events);
    wake();
  });
  const onAbort = () => wake();
  signal?.addEventListener('abort', onAbort);

  try {
    let last = liveLog.position;
    if (lastEventId !== null) {
      const asked = toPosition(lastEventId);
      const { oldest, newest } = await whenAvailable(() => readLogBounds(db.orm), signal);
      if (asked === null || asked > newest || asked < oldest - 1) {
        last = newest;
        yield { kind: 'reset', position: newest };
      } else {
        last = asked;
        for (;;) {
          const after = last;
          const page = await whenAvailable(() => readEvents(db, { after, limit: replayPage }), signal);
          for (const event of page) {
            if (signal?.aborted) return;
            last = event.position;
            yield { kind: 'event', event };
          }
          // What comes after is in the queue: it was attached before this page was read.
          if (page.length < replayPage) break;
        }
      }
    }
    while (!signal?.aborted) {
      if (overflowed) {
        throw new AppError(
          'too_many_requests',
          'This subscriber is too slow and was ended. Resume from its last event.',
        );
      }
      const events = queue;
      queue = [];
      for (const event of events) {
        if (signal?.aborted) return;
        if (event.position <= last) continue;
        last = event.position;
        yield { kind: 'event', event };
      }
      if (queue.length === 0 && !overflowed && !signal?.aborted) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    detach();
    signal?.removeEventListener('abort', onAbort);
  }
}

/** Reads once the database is there: a follower outlives an outage as the live log does. */
async function whenAvailable<T>(read: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  for (;;) {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof DatabaseUnavailableError) || signal?.aborted) throw error;
      await delay(500, undefined, { ref: false });
    }
  }
}

function toPosition(lastEventId: string | number): number | null {
  const position =
    typeof lastEventId === 'number' || /^\d{1,16}$/.test(lastEventId) ? Number(lastEventId) : Number.NaN;
  return Number.isSafeInteger(position) && position >= 0 ? position : null;
}
