import type { AppRouter } from '@paydeck/api/router';
import { type Operation, TRPCClientError, type TRPCLink } from '@trpc/client';
import { observable, type Unsubscribable } from '@trpc/server/observable';
import { forwardAborts } from '../calls/abort-signals.ts';
import { type Backoff, backoffMs, pause } from '../calls/backoff.ts';
import { isRetryable, reasonOf } from '../errors.ts';
import type { LiveConnection } from './live-connection.ts';

type CallError = TRPCClientError<AppRouter>;

const betweenTries: Backoff = { firstMs: 250, maxMs: 5_000 };

/** A subscription that ran this long, or delivered an event, was accepted: a later refusal of its token is a new one. */
const provenAfterMs = 1_000;

/**
 * Keeps a subscription going through what tRPC's own reconnect does not cover: a token that ended on a live socket, a
 * server that ends the subscription because it stops or the subscriber is too slow, a database that is away. It goes on
 * after the last event it delivered, or, when there was none, where it began. What the server refuses for good goes to `onError`.
 */
export function subscriptionLink(live: LiveConnection, closed: AbortSignal): TRPCLink<AppRouter> {
  return () =>
    ({ op, next }) =>
      observable((observer) => {
        const subscription = new AbortController();
        const { signal } = subscription;
        signal.addEventListener('abort', () => observer.complete());
        const release = forwardAborts([op.signal, closed], subscription);

        let current: Unsubscribable | null = null;
        let lastEventId: string | undefined;
        let startedAtMs = Number.POSITIVE_INFINITY;
        let failures = 0;
        let recovered = false;

        const start = () => {
          startedAtMs = Number.POSITIVE_INFINITY;
          const input = resumeAfter(op, lastEventId);
          current = next({ ...op, input }).subscribe({
            next: (envelope) => {
              const { result } = envelope;
              if (result.type === 'started') {
                startedAtMs = performance.now();
                // tRPC sends this very object again when it changes sockets; without an event it would begin from then on.
                lastEventId ??= positionOf(result);
                if (lastEventId !== undefined) input.lastEventId ??= lastEventId;
              }
              if (result.type === 'data') {
                if (result.id !== undefined) lastEventId = result.id;
                worked();
              }
              observer.next(envelope);
            },
            error: (error) => interrupted(error),
            // No subscription of this API ends by itself: the server that ran it is going away.
            complete: () => interrupted(null),
          });
        };

        const worked = () => {
          failures = 0;
          recovered = false;
        };

        const interrupted = (error: CallError | null) => {
          if (signal.aborted) return;
          if (performance.now() - startedAtMs > provenAfterMs) worked();
          mend(error).then(
            () => {
              if (!signal.aborted) start();
            },
            (cause) => observer.error(TRPCClientError.from(cause)),
          );
        };

        /** Waits until it makes sense to start again; rejects when it does not. */
        const mend = async (error: CallError | null): Promise<void> => {
          if (error !== null && !passesByItself(error)) {
            if (recovered) throw error;
            try {
              if (!(await live.recover(error))) throw error;
              recovered = true;
              return;
            } catch (cause) {
              // The token could not be refreshed just now: the next start is refused again, and tries again.
              if (!isRetryable(cause)) throw cause;
            }
          }
          failures += 1;
          observer.next({ result: { type: 'state', state: 'connecting', error } });
          await pause(backoffMs(failures, betweenTries), signal);
        };

        if (!signal.aborted) start();
        return () => {
          release();
          subscription.abort();
          current?.unsubscribe();
        };
      });
}

/** What the server did not say is the network's doing. The server ends a subscriber that is too slow, to be resumed. */
function passesByItself(error: CallError): boolean {
  return !error.data || isRetryable(error) || reasonOf(error) === 'too_many_requests';
}

/** Where a subscription from now on began; undefined for one that resumed, or has no position. */
function positionOf(started: object): string | undefined {
  return 'position' in started && typeof started.position === 'number' ? String(started.position) : undefined;
}

/** The input of a subscription; without a position of its own the caller's counts. */
function resumeAfter({ input }: Operation, lastEventId: string | undefined): Record<string, unknown> {
  return { ...(typeof input === 'object' && input), ...(lastEventId !== undefined && { lastEventId }) };
}
