import type { AppRouter } from '@paydeck/api/router';
import type { TRPCClient } from '@trpc/client';
import { type Backoff, backoffMs, pause } from '../calls/backoff.ts';
import { isRetryable } from '../errors.ts';
import type { RouterInputs, RouterOutputs } from '../router-types.ts';

type ListInput = Extract<RouterInputs['payments']['list'], object>;
type Told = RouterOutputs['payments']['onChange'] extends AsyncIterable<infer Envelope> ? Envelope : never;
export type PaymentChange = Exclude<Told extends { data: infer Data } ? Data : never, { type: 'reset' }>;

export type PaymentsWatch = {
  /** The first page: once at the start, and again whenever events are missing that the server keeps no longer. */
  onList(page: RouterOutputs['payments']['list']): void;
  /** Each change of the filtered set after that page, once and in order. */
  onChange(change: PaymentChange): void;
  /** The server refused for good, for example because the session ended. Nothing more comes. */
  onError(error: unknown): void;
};

const betweenTries: Backoff = { firstMs: 250, maxMs: 5_000 };

/**
 * A filtered list and everything that happens to it: nothing falls between the page and the changes, since the page
 * says which event it is true as of. Whoever holds the whole set and applies the changes holds what a new list gives.
 */
export function watchPayments(
  api: TRPCClient<AppRouter>,
  { filter = {}, limit }: Pick<ListInput, 'filter' | 'limit'>,
  watch: PaymentsWatch,
): { unsubscribe(): void } {
  const stopped = new AbortController();
  const { signal } = stopped;

  const start = async (): Promise<void> => {
    const page = await api.payments.list.query({ filter, ...(limit !== undefined && { limit }) }, { signal });
    if (signal.aborted) return;
    watch.onList(page);
    const round = new AbortController();
    const end = () => round.abort();
    signal.addEventListener('abort', end, { once: true });
    api.payments.onChange.subscribe(
      { filter, lastEventId: page.asOf },
      {
        signal: round.signal,
        onData: ({ data }) => {
          if (signal.aborted || round.signal.aborted) return;
          if (data.type !== 'reset') return watch.onChange(data);
          signal.removeEventListener('abort', end);
          end();
          void run();
        },
        onError: (error) => {
          if (!signal.aborted) watch.onError(error);
        },
      },
    );
  };
  const run = async () => {
    for (let failures = 1; !signal.aborted; failures++) {
      try {
        return await start();
      } catch (error) {
        if (signal.aborted) return;
        if (!isRetryable(error)) return watch.onError(error);
        // The next wait rejects when the watch is over, and nothing is left to do.
        await pause(backoffMs(failures, betweenTries), signal).catch(() => {});
      }
    }
  };
  void run();
  return { unsubscribe: () => stopped.abort() };
}
