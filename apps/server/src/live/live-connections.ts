import type { Actor } from '@paydeck/api/actor';
import type { Services } from '@paydeck/api/context';

/** Why a connection is ended: its token or its user's rights changed, or this server stops. */
export type EndReason = 'access_changed' | 'token_expired' | 'restarting';

/** A socket or an event stream, which lasts longer than the check that let it in. */
export type LiveConnection = {
  /** Null until it has shown a token. */
  actor: Actor | null;
  end(reason: EndReason): void;
};

export type LiveConnections = {
  /** Watches a connection until the returned function is called. */
  add(connection: LiveConnection): () => void;
  /** Ends all that are open, and watches no longer. */
  close(): void;
};

const checkMs = 1_000;

/** Ends connections whose user may not read them any more: signed out, changed in role or activity, token expired. */
export function watchConnections({ sessionCache }: Pick<Services, 'sessionCache'>): LiveConnections {
  const connections = new Set<LiveConnection>();
  const endThose = (reason: EndReason, concerns: (actor: Actor) => boolean) => {
    for (const { actor, end } of [...connections]) if (actor !== null && concerns(actor)) end(reason);
  };

  const detach = sessionCache.onAccessChanged(({ userId, sessionId }) => {
    endThose(
      'access_changed',
      (actor) => actor.userId === userId && (sessionId === null || actor.sessionId === sessionId),
    );
  });
  const clock = setInterval(() => {
    const now = new Date();
    endThose('token_expired', ({ expiresAt }) => expiresAt !== null && expiresAt <= now);
  }, checkMs);
  clock.unref();

  return {
    add: (connection) => {
      connections.add(connection);
      return () => connections.delete(connection);
    },
    close: () => {
      detach();
      clearInterval(clock);
      for (const { end } of [...connections]) end('restarting');
    },
  };
}
