import type { FilterInput } from '@paydeck/api/testing/arbitrary-payments';
import { type AppRouter, isRetryable } from '@paydeck/client';
import { createTRPCClient, createWSClient, retryLink, type TRPCClient, wsLink } from '@trpc/client';
import superjson from 'superjson';
import type { Change, Payment } from './live-oracle.ts';

export type Api = TRPCClient<AppRouter>;

const asIs = (value: unknown) => value;
const transformer = { input: { serialize: asIs, deserialize: asIs }, output: superjson };

/** A client as tRPC's documentation builds it: it goes to a server of its choice, with a fresh token, at each try. */
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
  /** The `asOf` of the list that it began with. */
  from: number;
  /** Every change it was told of, in the order of their coming. */
  record: readonly Change[];
  /** Its list, as the changes have made it. */
  held: ReadonlyMap<string, Payment>;
  /** What it was told besides changes: a reset, a refusal, an end. */
  surprises: readonly string[];
  leave(): void;
};

/** Reads a list, and follows it from the position that the list is true as of. */
export async function subscribe(api: Api, reader: Api, filter: FilterInput): Promise<Subscriber> {
  const record: Change[] = [];
  const surprises: string[] = [];
  const { items, asOf } = await readList(reader, filter);
  const held = new Map(items.map((payment) => [payment.id, payment]));
  const subscription = api.payments.onChange.subscribe(
    { filter, lastEventId: asOf },
    {
      onData: ({ id, data }) => {
        if (data.type === 'reset') return void surprises.push(`reset at ${id}`);
        record.push({ position: Number(id), ...data });
        if (data.membership === 'left') held.delete(data.payment.id);
        else held.set(data.payment.id, data.payment);
      },
      onError: (error) => void surprises.push(`error: ${error.message}`),
      onComplete: () => void surprises.push('complete'),
    },
  );
  return { filter, from: asOf, record, held, surprises, leave: () => subscription.unsubscribe() };
}

/**
 * The whole list by cursor. `asOf` is that of its first page: what changed on later ones meanwhile comes after it as
 * events, which say what a payment is, not how it differs.
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

/** Asks again while nobody can answer, beyond the client's own patience. */
async function untilAnswered<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!isRetryable(error)) throw error;
    }
  }
}
