import type { AppRouter } from '@paydeck/api/router';
import { type Operation, TRPCClientError, type TRPCLink } from '@trpc/client';
import { observable, type Unsubscribable } from '@trpc/server/observable';
import { isRetryable, isTransient, reasonOf } from '../errors.ts';
import { forwardAborts } from '../transport/abort-signals.ts';
import { backoffMs, pause, reconnectBackoff } from '../transport/backoff.ts';
import type { LiveConnection } from './live-connection.ts';

type CallError = TRPCClientError<AppRouter>;

/** After this time, or its first event, a subscription counts as accepted: if its token is refused later, a restart may help. */
const acceptedAfterMs = 1_000;

/**
 * Restarts a subscription in the cases that tRPC's own reconnect does not cover: its token expired while the connection
 * was open, the server stopped, the server cut off a subscriber that was too slow, or the database was away. It resumes after
 * the last event that it delivered, or, when there was none, from the position where it began. Every other refusal of the
 * server goes to `onError`.
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
        let hasRecovered = false;

        const start = () => {
          startedAtMs = Number.POSITIVE_INFINITY;
          const input = resumeAfter(op, lastEventId);
          current = next({ ...op, input }).subscribe({
            next: (envelope) => {
              const { result } = envelope;
              if (result.type === 'started') {
                startedAtMs = performance.now();
                lastEventId ??= positionOf(result);
                // If the socket is lost before the first event, tRPC sends this same `input` again. Without a position,
                // the server would begin at its newest event and skip the events in between.
                if (lastEventId !== undefined) input.lastEventId ??= lastEventId;
              }
              // Over event streams, tRPC leaves out the type of data.
              if (result.type === undefined || result.type === 'data') {
                if (result.id !== undefined) lastEventId = result.id;
                markAccepted();
              }
              observer.next(envelope);
            },
            error: (error) => restartAfter(error),
            // No subscription of this API completes by itself: the server is stopping.
            complete: () => restartAfter(null),
          });
        };

        const markAccepted = () => {
          failures = 0;
          hasRecovered = false;
        };

        const restartAfter = (error: CallError | null) => {
          if (signal.aborted) return;
          if (performance.now() - startedAtMs > acceptedAfterMs) markAccepted();
          untilRestartable(error).then(
            () => {
              if (!signal.aborted) start();
            },
            (cause) => observer.error(TRPCClientError.from(cause)),
          );
        };

        /** Resolves when a restart may succeed; rejects when the server has refused the subscription for good. */
        const untilRestartable = async (error: CallError | null): Promise<void> => {
          if (error !== null && !isInterruption(error)) {
            if (hasRecovered) throw error;
            try {
              if (!(await live.recover(error))) throw error;
              hasRecovered = true;
              return;
            } catch (cause) {
              // The token could not be refreshed while the server was away. The next start tries to refresh it again.
              if (!isRetryable(cause)) throw cause;
            }
          }
          failures += 1;
          observer.next({ result: { type: 'state', state: 'connecting', error } });
          await pause(backoffMs(failures, reconnectBackoff), signal);
        };

        if (!signal.aborted) start();
        return () => {
          release();
          subscription.abort();
          current?.unsubscribe();
        };
      });
}

/**
 * Whether the subscription was lost rather than refused: an error without `data` comes from the network, not the server. After a
 * lost connection an `EventSource` repeats its request, whose ticket was used.
 */
function isInterruption(error: CallError): boolean {
  return !error.data || isTransient(error) || reasonOf(error) === 'ticket_invalid';
}

/** The log position where a new subscription began; undefined for a resumed one, and for one without positions. */
function positionOf(started: object): string | undefined {
  return 'position' in started && typeof started.position === 'number' ? String(started.position) : undefined;
}

/** Without a last event the caller's own `lastEventId` stays. */
function resumeAfter({ input }: Operation, lastEventId: string | undefined): Record<string, unknown> {
  return { ...(typeof input === 'object' && input), ...(lastEventId !== undefined && { lastEventId }) };
}
