import { setTimeout as delay } from 'node:timers/promises';
import { DatabaseUnavailableError } from '@paydeck/db/connection';
import type { LoggedEvent } from '@paydeck/db/events';
import type { LiveLog, ReplayPage } from './live-log.ts';
import { type LiveMessage, type LiveSink, LiveSubscription } from './live-subscription.ts';

/** What some subscribers want to hear of the log. */
export type LiveView<T> = {
  /** Subscribers with the same key share the work: it names all that `translate` depends on. */
  key: string;
  /** What an event says to them; null for nothing. For one event always the same object, so that it is encoded once. */
  translate(event: LoggedEvent): T | null;
  /** Says that events are missing, and that others follow. */
  reset(): T;
};

export type LiveFeed<T> = {
  /**
   * Every event of the view after `lastEventId` (a position; null for "from now on"), in order, without a gap and
   * without a repetition. A position that is older than the log keeps, or was never given, yields one reset.
   */
  subscribe(
    view: LiveView<T>,
    from: { lastEventId: string | number | null; signal: AbortSignal | undefined },
  ): LiveSubscription<T>;
};

/** Messages that wait for a reader in this process who is slower than the log; the others stay in the log. */
const maxQueued = 500;

/** Followers of one view. */
type Group<T> = LiveView<T> & { followers: number; following: Set<Follower<T>> };

/**
 * `behind`: it reads the log by itself. `following`: it is given what the log brings. `full`: its sink takes no more,
 * and what comes stays in the log.
 */
type Follower<T> = {
  sink: LiveSink<T>;
  state: 'behind' | 'following' | 'full' | 'stopped';
  /** The position up to which it has everything; kept while it does not follow. */
  last: number;
};

/**
 * Hands the events of the log to any number of subscribers: a page of events is translated once for each view, and each
 * of its followers is given the same messages. Held by live-feed.test.ts.
 */
export function createLiveFeed<T>(liveLog: LiveLog): LiveFeed<T> {
  const groups = new Map<string, Group<T>>();
  let detach = () => {};

  const onEvents = (events: readonly LoggedEvent[]) => {
    const before = (events[0]?.position ?? 0) - 1;
    for (const group of [...groups.values()]) {
      if (group.following.size === 0) continue;
      try {
        const messages = translate(group, events);
        if (messages.length === 0) continue;
        for (const follower of group.following) {
          if (follower.sink.hasRoom()) {
            follower.sink.push(messages);
          } else {
            group.following.delete(follower);
            follower.last = before;
            follower.state = 'full';
          }
        }
      } catch (error) {
        // An event that one view can't read is not to keep the page from the others.
        for (const follower of group.following) fail(group, follower, error);
      }
    }
  };

  const join = (view: LiveView<T>): Group<T> => {
    const group = groups.get(view.key) ?? { ...view, followers: 0, following: new Set() };
    if (groups.size === 0) detach = liveLog.attach(onEvents);
    groups.set(view.key, group);
    group.followers += 1;
    return group;
  };

  const leave = (group: Group<T>, follower: Follower<T>) => {
    if (follower.state === 'stopped') return;
    follower.state = 'stopped';
    group.following.delete(follower);
    group.followers -= 1;
    if (group.followers > 0) return;
    groups.delete(group.key);
    if (groups.size === 0) detach();
  };

  const fail = (group: Group<T>, follower: Follower<T>, error: unknown) => {
    leave(group, follower);
    follower.sink.fail(error);
  };

  const follow = (group: Group<T>, follower: Follower<T>) => {
    follower.state = 'following';
    group.following.add(follower);
  };

  /** Reads the log for one follower until it has all that was handed out; what comes after is handed to it, too. */
  const catchUp = async (group: Group<T>, follower: Follower<T>): Promise<void> => {
    follower.state = 'behind';
    const isBehind = () => follower.state === 'behind';
    while (isBehind()) {
      if (!follower.sink.hasRoom()) {
        follower.state = 'full';
        return;
      }
      const page = await whenAvailable(() => liveLog.readAfter(follower.last), isBehind);
      if (page === null || !isBehind()) return;
      const handedOut = liveLog.position;
      const wasGiven = follower.last >= page.oldest - 1 && follower.last <= Math.max(page.newest, handedOut);
      if (wasGiven && follower.last > handedOut) {
        // It read a list that knows more than this process was told yet: that must not be handed to it again.
        await liveLog.reach(follower.last);
        continue;
      }
      if (!wasGiven) {
        follower.last = handedOut;
        follower.sink.push([{ position: handedOut, data: group.reset() }]);
      } else {
        // What was not handed out yet comes with the others' events.
        const events = page.events.filter(({ position }) => position <= handedOut);
        const messages = translate(group, events);
        // A page may have been read for another follower, before what was handed out since.
        const isAll = page.isWhole || events.length < page.events.length;
        const reached = isAll ? Math.min(page.newest, handedOut) : (events.at(-1)?.position ?? 0);
        follower.last = Math.max(follower.last, reached);
        if (messages.length > 0) follower.sink.push(messages);
      }
      if (isBehind() && follower.last >= handedOut) follow(group, follower);
    }
  };

  return {
    subscribe: (view, { lastEventId, signal }) =>
      new LiveSubscription(
        (sink) => {
          const group = join(view);
          const isNew = lastEventId === null;
          const last = isNew ? liveLog.position : toPosition(lastEventId);
          const follower: Follower<T> = { sink, state: 'behind', last };
          const catchUpOrFail = () =>
            catchUp(group, follower).catch((error: unknown) => fail(group, follower, error));
          if (isNew) follow(group, follower);
          else void catchUpOrFail();
          return {
            position: isNew ? last : null,
            resume: () => {
              if (follower.state === 'full') void catchUpOrFail();
            },
            stop: () => leave(group, follower),
          };
        },
        { signal, maxQueued },
      ),
  };
}

function translate<T>(view: LiveView<T>, events: readonly LoggedEvent[]): LiveMessage<T>[] {
  const messages: LiveMessage<T>[] = [];
  for (const event of events) {
    const data = view.translate(event);
    if (data !== null) messages.push({ position: event.position, data });
  }
  return messages;
}

/** Reads once the database is there: a subscription outlives an outage as the live log does. Null: not wanted any more. */
async function whenAvailable(
  read: () => Promise<ReplayPage>,
  isWanted: () => boolean,
): Promise<ReplayPage | null> {
  while (isWanted()) {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof DatabaseUnavailableError)) throw error;
      await delay(500, undefined, { ref: false });
    }
  }
  return null;
}

/** What is no position is one that was never given. */
function toPosition(lastEventId: string | number): number {
  const position =
    typeof lastEventId === 'number' || /^\d{1,16}$/.test(lastEventId) ? Number(lastEventId) : Number.NaN;
  return Number.isSafeInteger(position) && position >= 0 ? position : Number.MAX_SAFE_INTEGER;
}
