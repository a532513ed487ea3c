import { type Actor, isAffected } from '@paydeck/api/actor';
import type { Services } from '@paydeck/api/context';
import { AppError } from '@paydeck/api/errors';

/** Why a connection is ended: its token or its user's rights changed, it shows no token, or this server stops. */
export type EndReason = 'access_changed' | 'token_expired' | 'anonymous' | 'restarting';

/** A socket or an event stream, which lasts longer than the check that let it in. */
type LiveConnection = { end(reason: EndReason): void };

type WatchedConnection = {
  /** Says whose it is. Throws `too_many_requests` when that user has as many as one may have. */
  identify(actor: Actor): void;
  /** Watches it no longer. */
  remove(): void;
};

export type LiveConnections = {
  add(connection: LiveConnection): WatchedConnection;
  /** How many are open. */
  count(): number;
  /** Ends all that are open, and watches no longer. */
  close(): void;
};

const checkMs = 1_000;

/** Ends connections whose user may not read them any more: signed out, changed in role or activity, token expired. */
export function watchConnections(
  { sessionCache }: Pick<Services, 'sessionCache'>,
  { maxPerUser }: { maxPerUser: number },
): LiveConnections {
  /** Null until it has shown a token. */
  const actors = new Map<LiveConnection, Actor | null>();
  const openOf = new Map<string, number>();

  const countFor = ({ userId }: Actor, change: 1 | -1) => {
    const open = (openOf.get(userId) ?? 0) + change;
    if (open === 0) openOf.delete(userId);
    else openOf.set(userId, open);
  };
  const endConnections = (reason: EndReason, concerns: (actor: Actor) => boolean) => {
    for (const [{ end }, actor] of [...actors]) if (actor !== null && concerns(actor)) end(reason);
  };

  const detach = sessionCache.onAccessChanged((change) => {
    endConnections('access_changed', (actor) => isAffected(actor, change));
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
          if ((openOf.get(actor.userId) ?? 0) >= maxPerUser) {
            throw new AppError(
              'too_many_requests',
              `You have ${maxPerUser} live connections open, and one may have no more. Close some first.`,
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
      clearInterval(clock);
      for (const { end } of [...actors.keys()]) end('restarting');
    },
  };
}
