import type { FilterInput } from '@paydeck/api/testing/arbitrary-payments';
import { type AppRouter, isTransient } from '@paydeck/client';
import { createTRPCClient, createWSClient, retryLink, type TRPCClient, wsLink } from '@trpc/client';
import superjson from 'superjson';
import type { Change, Payment } from './live-oracle.ts';

export type Api = TRPCClient<AppRouter>;

const asIs = (value: unknown) => value;
const transformer = { input: { serialize: asIs, deserialize: asIs }, output: superjson };

/** A client as tRPC's documentation builds it. Each time it connects, it asks for a URL and a fresh token. */
export function openStandardClient(
  url: () => string,
  accessToken: () => Promise<string>,
): { api: Api; close(): Promise<void> } {
  const socket = createWSClient({
    url: () => `${url().replace(/^http/, 'ws')}/trpc`,
    connectionParams: async () => ({ token: await accessToken() }),
    retryDelayMs: (failures) => Math.min(100 * 2 ** failures, 1_000),
  });
  const api = createTRPCClient<AppRouter>({
    links: [
      retryLink({ retry: () => true, retryDelayMs: () => 200 }),
      wsLink({ client: socket, transformer }),
    ],
  });
  return { api, close: () => socket.close() };
}

export type Subscriber = {
  filter: FilterInput;
  /** The `asOf` of the list that it started with. */
  startedAt: number;
  /** Every change that it received, in order. */
  received: readonly Change[];
  /** The list that it started with, with the received changes applied. */
  list: ReadonlyMap<string, Payment>;
  /** Everything that it received besides changes: a reset, an error, an end. */
  surprises: readonly string[];
  unsubscribe(): void;
};

/** Reads a list, and subscribes to its changes after the list's `asOf`. */
export async function subscribe(api: Api, reader: Api, filter: FilterInput): Promise<Subscriber> {
  const received: Change[] = [];
  const surprises: string[] = [];
  const { items, asOf } = await readList(reader, filter);
  const list = new Map(items.map((payment) => [payment.id, payment]));
  const subscription = api.payments.onChange.subscribe(
    { filter, lastEventId: asOf },
    {
      onData: ({ id, data }) => {
        if (data.type === 'reset') return void surprises.push(`reset at ${id}`);
        received.push({ position: Number(id), ...data });
        if (data.membership === 'left') list.delete(data.payment.id);
        else list.set(data.payment.id, data.payment);
      },
      onError: (error) => void surprises.push(`error: ${error.message}`),
      onComplete: () => void surprises.push('complete'),
    },
  );
  return {
    filter,
    startedAt: asOf,
    received,
    list,
    surprises,
    unsubscribe: () => subscription.unsubscribe(),
  };
}

/**
 * Reads the whole list by cursor. `asOf` is the one of the first page. Later pages may include changes after it, which the
 * subscriber then receives too; that does no harm, since an event holds the whole payment.
 */
export async function readList(api: Api, filter: FilterInput): Promise<{ items: Payment[]; asOf: number }> {
  const items: Payment[] = [];
  let asOf: number | null = null;
  let cursor: string | undefined;
  do {
    const input = { filter, limit: 100, cursor };
    const page = await untilAnswered(() => api.payments.list.query(input));
    items.push(...page.items);
    asOf ??= page.asOf;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return { items, asOf };
}

/** Repeats a call while no server can answer, or the readers' user has as many searches as allowed. */
async function untilAnswered<T>(call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!isTransient(error)) throw error;
    }
  }
}
