import type { AppRouter } from '@paydeck/api/router';
import { httpSubscriptionLink, type Operation, TRPCClientError, type TRPCLink } from '@trpc/client';
import { observable, type Unsubscribable } from '@trpc/server/observable';
import type { Session } from '../session/session.ts';
import { transformer } from '../transport/transformer.ts';
import { watchedValue } from '../watched-value.ts';
import type {
  ConnectionState,
  LiveConnection,
  LiveTransport,
  LiveTransportOptions,
} from './live-connection.ts';

type Stream = { state: Exclude<ConnectionState, 'idle'>; fail(error: TRPCClientError<AppRouter>): void };

type EventSourceClass = NonNullable<Parameters<typeof httpSubscriptionLink>[0]['EventSource']>;

/**
 * Subscriptions as server-sent events, one HTTP request for each, for networks that block WebSockets. A browser's
 * `EventSource` sends no headers, so its URL has a ticket, which opens one stream within 30 seconds. Node.js has no
 * `EventSource`: pass the one from the npm package `eventsource`.
 *
 * @example createClient({ url, live: eventStreams() })
 */
export function eventStreams(options: { EventSource?: EventSourceClass } = {}): LiveTransport {
  return (live, session) => openEventStreams(live, options.EventSource ?? globalThis.EventSource, session);
}

/** Snapshots need no position to resume from. */
const snapshotPaths: ReadonlySet<string> = new Set(['stats.onUpdate']);

function openEventStreams(
  {
    url,
    newestPosition,
    streamTicket,
  }: Pick<LiveTransportOptions, 'url' | 'newestPosition' | 'streamTicket'>,
  EventSource: EventSourceClass,
  session: Session,
): LiveConnection {
  const state = watchedValue<ConnectionState>('idle');
  const streams = new Set<Stream>();
  /** The access token that the newest stream was opened with. */
  let streamToken: string | null = null;

  const showState = () => {
    const states = [...streams].map((stream) => stream.state);
    const worst = (['offline', 'connecting', 'live'] as const).find((name) => states.includes(name));
    state.set(worst ?? 'idle');
  };

  const streamLink = httpSubscriptionLink<AppRouter, EventSourceClass>({
    url,
    transformer,
    EventSource,
    connectionParams: async () => {
      // Without a ticket the stream gets the server's refusal.
      const ticket = await streamTicket().catch(() => null);
      streamToken = ticket === null ? null : (session.current()?.accessToken ?? null);
      return ticket === null ? null : { ticket };
    },
  });

  const link: TRPCLink<AppRouter> = (runtime) => {
    const open = streamLink(runtime);
    return (operation) =>
      observable((observer) => {
        const stream: Stream = { state: 'connecting', fail: (error) => observer.error(error) };
        const show = (next: Stream['state']) => {
          stream.state = next;
          showState();
        };
        streams.add(stream);
        showState();
        let source: Unsubscribable | null = null;
        const start = (input: unknown) => {
          if (!streams.has(stream)) return;
          source = open({ ...operation, op: { ...operation.op, input } }).subscribe({
            next: (envelope) => {
              const { result } = envelope;
              if (result.type !== 'state') show('live');
              else if (result.state === 'connecting' && result.error) show('offline');
              observer.next({ ...envelope, result: withStart(result, input) });
            },
            error: (error) => observer.error(error),
            complete: () => observer.complete(),
          });
        };
        withPosition(operation.op, newestPosition).then(start, (error) =>
          observer.error(TRPCClientError.from(error)),
        );
        return () => {
          streams.delete(stream);
          showState();
          source?.unsubscribe();
        };
      });
  };

  const endAll = (reason: string) => {
    for (const { fail } of [...streams]) fail(TRPCClientError.from(new Error(reason)));
  };
  return {
    link,
    state,
    recover: (error) => session.recover(streamToken, error),
    restart: () => endAll('The stream is reopened with the current tokens.'),
    close: async () => endAll('The client was closed.'),
  };
}

/**
 * Adds the position to the message `started`, as it is over WebSockets: with a new ticket the subscription begins again, and must
 * not miss what came before its first event.
 */
function withStart<R extends { type?: string | undefined }>(result: R, input: unknown): R {
  const hasPosition = typeof input === 'object' && input !== null && 'lastEventId' in input;
  if (result.type !== 'started' || !hasPosition) return result;
  const started = { ...result, position: Number(input.lastEventId) };
  return started;
}

/**
 * Gives a subscription the position to start at. A stream does not report where it began, so without a position it could
 * not resume after it was cut before its first event.
 */
async function withPosition(
  { path, input }: Operation,
  newestPosition: () => Promise<number>,
): Promise<unknown> {
  const given = typeof input === 'object' && input !== null ? input : {};
  if (snapshotPaths.has(path) || ('lastEventId' in given && given.lastEventId !== null)) return input;
  return { ...given, lastEventId: await newestPosition() };
}
