import { type Actor, isAffected } from '@paydeck/api/actor';
import type { Services } from '@paydeck/api/context';
import { AppError } from '@paydeck/api/errors';

/** Why a connection is ended: its user's access changed, its token expired, it has no token, or the server stops. */
export type EndReason = 'access_changed' | 'token_expired' | 'anonymous' | 'restarting';

/** A socket or an event stream. It can outlast the access that its user had when it opened. */
type LiveConnection = { end(reason: EndReason): void };

type WatchedConnection = {
  /** Assigns the connection to a user. Throws `too_many_requests` when the user has too many already. */
  identify(actor: Actor): void;
  /** Stops watching the connection. */
  remove(): void;
};

export type LiveConnections = {
  add(connection: LiveConnection): WatchedConnection;
  /** The number of open connections. */
  count(): number;
  /** Ends all open connections and stops watching for changes. */
  close(): void;
};

const checkMs = 1_000;

/** Ends connections whose user signed out, was deactivated or got another role, or whose token expired. */
export function watchConnections(
  { sessionCache, liveLog }: Pick<Services, 'sessionCache' | 'liveLog'>,
  { maxPerUser }: { maxPerUser: number },
): LiveConnections {
  /** The user of each connection; null until it has sent a valid token. */
  const actors = new Map<LiveConnection, Actor | null>();
  const openByUser = new Map<string, number>();

  const countFor = ({ userId }: Actor, change: 1 | -1) => {
    const open = (openByUser.get(userId) ?? 0) + change;
    if (open === 0) openByUser.delete(userId);
    else openByUser.set(userId, open);
  };
  const endConnections = (reason: EndReason, isOver: (actor: Actor) => boolean) => {
    for (const [{ end }, actor] of [...actors]) if (actor !== null && isOver(actor)) end(reason);
  };

  const detach = sessionCache.onAccessChanged((change) => {
    endConnections('access_changed', (actor) => isAffected(actor, change));
  });
  // A restored database may lack the sessions and keys that these connections were opened with. Their clients come back, and
  // show their tokens again.
  const detachSteps = liveLog.onStepBack(() => {
    for (const [{ end }, actor] of [...actors]) if (actor !== null) end('restarting');
  });
  const clock = setInterval(() => {
    const now = new Date();
    endConnections('token_expired', ({ expiresAt }) => expiresAt !== null && expiresAt <= now);
  }, checkMs);
  clock.unref();

  return {
    add: (connection) => {
      actors.set(connection, null);
      return {
        identify: (actor) => {
          if (!actors.has(connection)) return;
          if ((openByUser.get(actor.userId) ?? 0) >= maxPerUser) {
            throw new AppError(
              'too_many_requests',
              `A user may have at most ${maxPerUser} live connections open. Close some first.`,
            );
          }
          actors.set(connection, actor);
          countFor(actor, 1);
        },
        remove: () => {
          const actor = actors.get(connection);
          actors.delete(connection);
          if (actor) countFor(actor, -1);
        },
      };
    },
    count: () => actors.size,
    close: () => {
      detach();
      detachSteps();
      clearInterval(clock);
      for (const { end } of [...actors.keys()]) end('restarting');
    },
  };
}
