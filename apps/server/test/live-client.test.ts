import { type ConnectionState, createClient, type PaydeckClient } from '@paydeck/client';
import { eventStreams } from '@paydeck/client/event-streams';
import { pruneEvents } from '@paydeck/db/events';
import { createTestDatabase } from '@paydeck/db/testing';
import { EventSource } from 'eventsource';
import { expect, test, vi } from 'vitest';
import { adminCredentials, startTestServer, type TestServer } from '../testing/start-test-server.ts';

const transports = ['ws', 'sse'] as const;
type Transport = (typeof transports)[number];
const connect = (url: string, transport: Transport) =>
  createClient({ url, ...(transport === 'sse' && { live: eventStreams({ EventSource }) }) });
const payment = { amountMinor: 1_250, method: 'credit_card', receiver: 'John Doe' } as const;

/** Two servers on one database. The first can be stopped, and started again at the same address. */
async function startPair() {
  const scope = new AsyncDisposableStack();
  const database = scope.use(await createTestDatabase());
  const other = scope.use(await startTestServer({ database }));
  let first: TestServer | null = await startTestServer({ database });
  const { url } = first;
  const stop = async () => {
    await first?.[Symbol.asyncDispose]();
    first = null;
  };
  scope.defer(stop);
  const writer = await other.signedInClient();
  return {
    url,
    database,
    stop,
    restart: async () => {
      first = await startTestServer({ database, environment: { PORT: new URL(url).port } });
    },
    create: () => writer.api.payments.create.mutate(payment),
    signIn: async (via: Transport) => {
      const client = scope.use(connect(url, via));
      await client.signIn(adminCredentials);
      return client;
    },
    [Symbol.asyncDispose]: () => scope.disposeAsync(),
  };
}

/** Starts a subscription. Resolves, once it has started, to the growing list of the payment ids that it receives. */
async function follow(client: PaydeckClient, input = {}) {
  const ids: string[] = [];
  const started = Promise.withResolvers<void>();
  client.api.payments.onChange.subscribe(input, {
    onStarted: () => started.resolve(),
    onData: ({ data }) => ids.push(data.type === 'reset' ? 'reset' : data.payment.id),
    onError: started.reject,
  });
  await started.promise;
  return ids;
}

test.each(transports)(
  'over %s, a subscriber that has seen an event resumes after a restart of its server',
  async (via) => {
    await using servers = await startPair();
    const client = await servers.signIn(via);
    const ids = await follow(client);
    const made = [await servers.create()];
    await vi.waitFor(() => expect(ids).toHaveLength(1), { timeout: 10_000 });
    await servers.stop();
    for (let n = 0; n < 5; n++) made.push(await servers.create());
    await servers.restart();
    made.push(await servers.create());
    await vi.waitFor(() => expect(ids).toEqual(made.map(({ id }) => id)), { timeout: 20_000 });
  },
);

test.each(transports)('over %s, a subscriber that has seen no event yet misses none', async (via) => {
  await using servers = await startPair();
  const client = await servers.signIn(via);
  const ids = await follow(client);
  await servers.stop();
  const made = [await servers.create(), await servers.create()];
  await servers.restart();
  await vi.waitFor(() => expect(ids).toEqual(made.map(({ id }) => id)), { timeout: 20_000 });
});

test.each(transports)('over %s, a watched list is reset when its events were deleted', async (via) => {
  await using servers = await startPair();
  const known = await servers.create();
  const client = await servers.signIn(via);
  const seen: string[][] = [];
  client.watchPayments(
    { filter: { currency: 'USD' } },
    {
      onList: ({ items }) => seen.push(['list', ...items.map(({ id }) => id)]),
      onChange: ({ membership, payment }) => seen.push([membership, payment.id]),
      onError: (error) => seen.push([String(error)]),
    },
  );
  await vi.waitFor(() => expect(client.connection.state).toBe('live'), { timeout: 10_000 });
  const entered = await servers.create();
  await vi.waitFor(() => expect(seen).toHaveLength(2), { timeout: 10_000 });
  expect(seen).toEqual([
    ['list', known.id],
    ['entered', entered.id],
  ]);

  await servers.stop();
  const missed = [await servers.create(), await servers.create()].map(({ id }) => id);
  await servers.database.db.orm.execute(`update events set at = now() - interval '8 days'`);
  await pruneEvents(servers.database.db.orm, { retentionDays: 7 });
  await servers.restart();
  const list = ['list', missed[1], missed[0], entered.id, known.id];
  await vi.waitFor(() => expect(seen.slice(2)).toEqual([list]), { timeout: 20_000 });
  const last = await servers.create();
  await vi.waitFor(() => expect(seen.at(-1)).toEqual(['entered', last.id]), { timeout: 10_000 });
});

test.concurrent.each(transports)(
  'over %s, a subscription outlives its token and misses nothing',
  async (via) => {
    await using server = await startTestServer({ environment: { JWT_EXPIRES_IN: '10s' } });
    const writer = await server.signedInClient();
    await using client = connect(server.url, via);
    await client.signIn(adminCredentials);
    const ids = await follow(client);
    const states: ConnectionState[] = [];
    client.connection.subscribe(() => states.push(client.connection.state));

    const made: string[] = [];
    const until = Date.now() + 13_000;
    while (Date.now() < until) made.push((await writer.api.payments.create.mutate(payment)).id);
    await vi.waitFor(() => expect(ids).toHaveLength(made.length), { timeout: 10_000 });
    expect(ids).toEqual(made);
    // A socket is replaced while it still works. A stream is opened again.
    if (via === 'ws') expect(states).toEqual([]);
  },
);
