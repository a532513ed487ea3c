import { setTimeout as delay } from 'node:timers/promises';
import { DatabaseUnavailableError } from '@paydeck/db/connection';
import type { LoggedEvent } from '@paydeck/db/events';
import type { LiveLog, ReplayPage } from './live-log.ts';
import { type LiveMessage, type LiveSink, LiveSubscription } from './live-subscription.ts';

/** The messages that a group of subscribers wants to receive. */
export type LiveView<T> = {
  /** Subscribers with the same key share the work, so it must include everything that `translate` depends on. */
  key: string;
  /** The message for an event; null for none. Must return the same object for the same event: it is encoded once. */
  translate(event: LoggedEvent): T | null;
  /** The message that tells a subscriber that events are missing and that later ones follow. */
  reset(): T;
};

export type LiveFeed<T> = {
  /** To be awaited before a subscription that begins now, so that it does not begin with earlier events. */
  catchUp(): Promise<void>;
  /**
   * Every event of the view after `lastEventId` (a position, or null for the present one), in order, none missing and none
   * twice. If the log no longer has the position, or never had it, the subscription begins with a reset.
   */
  subscribe(
    view: LiveView<T>,
    from: { lastEventId: string | number | null; signal: AbortSignal | undefined },
  ): LiveSubscription<T>;
};

/** Messages that may wait for a slow reader in this process. Later ones stay in the log until it has room. */
const maxQueued = 500;
const retryMs = 500;
/** A position that no log has. */
const neverGivenOut = Number.MAX_SAFE_INTEGER;

/** All followers with the same view. */
type Group<T> = LiveView<T> & { followers: Set<Follower<T>>; following: Set<Follower<T>> };

/**
 * A follower is in one of four states. `behind`: it reads the log by itself. `following`: it receives the events that the
 * live log delivers. `full`: its sink has no room, so its events stay in the log. `stopped` is the end. The table has the
 * next state, or what happens, for each event:
 *
 * | event                         | behind               | following   | full        |
 * | ----------------------------- | -------------------- | ----------- | ----------- |
 * | the live log delivers events  | ignored (1)          | pushed (2)  | ignored (3) |
 * | the sink has no room          | full (3)             | full (3)    |             |
 * | `resume()`: it has room again |                      |             | behind (3)  |
 * | all delivered events are read | following (1)        |             |             |
 * | the log lacks its position    | reset, following (4) |             |             |
 * | the log has lost events       | reads again (7)      | reset (7)   | reset later (7) |
 * | `translate` or a read fails   | stopped              | stopped (5) |             |
 * | `stop()`                      | stopped              | stopped (6) | stopped     |
 *
 * Tested by live-feed.test.ts: (1) "8 writers and a reader that keeps reconnecting …" and "a follower that shares a read …",
 * (2) "a write in one process …", (3) "a sink without room …", (4) "a position that …", (5) "a view that can’t read …",
 * (6) "a follower ends …". Tested by log-timelines.test.ts: (7).
 */
type Follower<T> = {
  sink: LiveSink<T>;
  state: 'behind' | 'following' | 'full' | 'stopped';
  /** It has every event up to this position. Not updated while it is following. */
  last: number;
};

/**
 * Delivers the events of the log to any number of subscribers. A page of events is translated once for each view, and all
 * followers of the view receive the same array of messages.
 */
export function createLiveFeed<T>(liveLog: LiveLog): LiveFeed<T> {
  const groups = new Map<string, Group<T>>();
  let detach = () => {};

  /**
   * The log has lost what came after `keptUntil`. Followers that received some of it are reset: at once if they follow,
   * otherwise when they read the log by themselves.
   */
  const onStepBack = ({ keptUntil }: { keptUntil: number }) => {
    for (const group of [...groups.values()]) {
      for (const follower of group.followers) {
        const isFollowing = follower.state === 'following';
        if (!isFollowing && follower.last <= keptUntil) continue;
        follower.last = neverGivenOut;
        if (!isFollowing) continue;
        if (follower.sink.hasRoom()) {
          follower.sink.push([{ position: liveLog.position, data: group.reset() }]);
        } else {
          group.following.delete(follower);
          follower.state = 'full';
        }
      }
    }
  };

  const onEvents = (events: readonly LoggedEvent[]) => {
    /** The position before this page: `following` has every event up to it. */
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
        // The other views must still receive the page.
        for (const follower of group.following) fail(group, follower, error);
      }
    }
  };

  const join = (view: LiveView<T>): Group<T> => {
    const group = groups.get(view.key) ?? { ...view, followers: new Set(), following: new Set() };
    if (groups.size === 0) {
      const stop = [liveLog.attach(onEvents), liveLog.onStepBack(onStepBack)];
      detach = () => {
        for (const end of stop) end();
      };
    }
    groups.set(view.key, group);
    return group;
  };

  const leave = (group: Group<T>, follower: Follower<T>) => {
    if (follower.state === 'stopped') return;
    follower.state = 'stopped';
    group.following.delete(follower);
    group.followers.delete(follower);
    if (group.followers.size > 0) return;
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

  /**
   * Reads the log for one follower until it has every event that the live log has delivered. It starts to follow within
   * the same turn of the event loop, so no event is missed in between.
   */
  const catchUp = async (group: Group<T>, follower: Follower<T>): Promise<void> => {
    follower.state = 'behind';
    const isBehind = () => follower.state === 'behind';
    while (isBehind()) {
      if (!follower.sink.hasRoom()) {
        follower.state = 'full';
        return;
      }
      const { stepsBack } = liveLog;
      const page = await whenAvailable(() => liveLog.readAfter(follower.last), isBehind);
      if (page === null || !isBehind()) return;
      // The page may have events that are lost.
      if (stepsBack !== liveLog.stepsBack) continue;
      const delivered = liveLog.position;
      const isInLog =
        !page.isLost && follower.last >= page.oldest - 1 && follower.last <= Math.max(page.newest, delivered);
      if (isInLog && follower.last > delivered) {
        // The subscriber has read a list that is newer than what the live log has delivered. If it followed now, it would
        // receive those events again.
        await liveLog.reach(follower.last);
        continue;
      }
      if (!isInLog) {
        follower.last = delivered;
        follower.sink.push([{ position: delivered, data: group.reset() }]);
      } else {
        // Later events arrive when the live log delivers them.
        const events = page.events.filter(({ position }) => position <= delivered);
        const messages = translate(group, events);
        // The follower now has everything up to `reached`. A page that was read earlier, for another follower, may lack
        // events that were delivered since.
        const isWhole = page.isWhole || events.length < page.events.length;
        const reached = isWhole ? Math.min(page.newest, delivered) : (events.at(-1)?.position ?? 0);
        follower.last = Math.max(follower.last, reached);
        if (messages.length > 0) follower.sink.push(messages);
      }
      if (isBehind() && follower.last >= delivered) follow(group, follower);
    }
  };

  return {
    catchUp: liveLog.catchUp,
    subscribe: (view, { lastEventId, signal }) =>
      new LiveSubscription(
        (sink) => {
          const group = join(view);
          const isNew = lastEventId === null;
          const last = isNew ? liveLog.position : toPosition(lastEventId);
          const follower: Follower<T> = { sink, state: 'behind', last };
          group.followers.add(follower);
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

/** Retries the read while the database is unavailable, so that subscriptions survive an outage. Null when nobody wants it any more. */
async function whenAvailable(
  read: () => Promise<ReplayPage>,
  isWanted: () => boolean,
): Promise<ReplayPage | null> {
  while (isWanted()) {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof DatabaseUnavailableError)) throw error;
      await delay(retryMs, undefined, { ref: false });
    }
  }
  return null;
}

/** Anything that is not a position is treated as a position that the log never had. */
function toPosition(lastEventId: string | number): number {
  const position =
    typeof lastEventId === 'number' || /^\d{1,16}$/.test(lastEventId) ? Number(lastEventId) : Number.NaN;
  return Number.isSafeInteger(position) && position >= 0 ? position : neverGivenOut;
}
