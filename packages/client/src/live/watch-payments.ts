import type { AppRouter } from '@paydeck/api/router';
import type { TRPCClient } from '@trpc/client';
import { isRetryable } from '../errors.ts';
import type { RouterInputs, RouterOutputs } from '../router-types.ts';
import { reconnectBackoff } from '../transport/backoff.ts';
import { retry } from '../transport/retry.ts';

type ListInput = Extract<RouterInputs['payments']['list'], object>;
export type WatchInput = Pick<ListInput, 'filter' | 'limit'>;

type Envelope = RouterOutputs['payments']['onChange'] extends AsyncIterable<infer Item> ? Item : never;
type EventData = Envelope extends { data: infer Data } ? Data : never;
export type PaymentChange = Exclude<EventData, { type: 'reset' }>;

export type PaymentsWatch = {
  /** The first page: at the start, and again whenever the server no longer has events that this watch has missed. */
  onList(page: RouterOutputs['payments']['list']): void;
  /** Each change of the filtered set after that page, once and in order. */
  onChange(change: PaymentChange): void;
  /** The server has refused the list or the subscription, for example because the session ended. The watch is over. */
  onError(error: unknown): void;
};

/**
 * A filtered list, then every change to it. The page names the last event that it includes, and the subscription resumes
 * after that event, so no change between the two is missed: a caller that holds the whole set and applies each change
 * has what a new list would return.
 */
export function watchPayments(
  api: TRPCClient<AppRouter>,
  { filter = {}, limit }: WatchInput,
  watch: PaymentsWatch,
): { unsubscribe(): void } {
  const stopped = new AbortController();
  const { signal } = stopped;

  const listAndSubscribe = async (): Promise<void> => {
    const page = await api.payments.list.query({ filter, ...(limit !== undefined && { limit }) }, { signal });
    if (signal.aborted) return;
    watch.onList(page);
    const round = new AbortController();
    const endRound = () => round.abort();
    signal.addEventListener('abort', endRound, { once: true });
    api.payments.onChange.subscribe(
      { filter, lastEventId: page.asOf },
      {
        signal: round.signal,
        onData: ({ data }) => {
          if (signal.aborted || round.signal.aborted) return;
          if (data.type !== 'reset') return watch.onChange(data);
          signal.removeEventListener('abort', endRound);
          endRound();
          startRound();
        },
        onError: (error) => {
          if (!signal.aborted) watch.onError(error);
        },
      },
    );
  };
  const startRound = () => {
    retry(listAndSubscribe, { isTransient: isRetryable, backoff: reconnectBackoff, signal }).catch(
      (error: unknown) => {
        if (!signal.aborted) watch.onError(error);
      },
    );
  };
  startRound();
  return { unsubscribe: () => stopped.abort() };
}
