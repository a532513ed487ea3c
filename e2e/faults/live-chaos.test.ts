import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import {
  arbitraryFilter,
  arbitraryPayment,
  type FilterInput,
  instantsBetween,
} from '@paydeck/api/testing/arbitrary-payments';
import { createClient } from '@paydeck/client';
import type { Database } from '@paydeck/db/connection';
import { createTestDatabase } from '@paydeck/db/testing';
import { adminCredentials } from '@paydeck/server/testing';
import { endOtherConnections } from '@paydeck/server/testing/temporary-data';
import { expectWholeWrites, loggedChanges, storedPayments } from '@paydeck/server/testing/written-state';
import * as fc from 'fast-check';
import { expect, onTestFailed, test, vi } from 'vitest';
import { changesFor, compareChanges } from './live-oracle.ts';
import { type Api, openStandardClient, readList, subscribe } from './live-subscribers.ts';
import { roundRobin } from './round-robin.ts';
import { startStormLoad } from './storm-load.ts';
import { type SupervisedServer, superviseServer } from './supervised-server.ts';
import { accessTokens, callByFetch } from './wire.ts';

const seed = Math.floor(Math.random() * 2 ** 31);
const sample = <T>(arbitrary: fc.Arbitrary<T>, numRuns: number): T[] =>
  fc.sample(arbitrary, { seed, numRuns });

const serverCount = 2;
const subscriberCount = 50;
/** Subscribers share the sockets of these Paydeck clients. Each standard client has its own socket. */
const paydeckClients = 8;
const betweenFaultsMs = 400;
/** Subscribers join one by one, after this many payments each, so that most lists are read between faults. */
const paymentsBetweenJoins = 10;

const instants = instantsBetween(new Date('2025-01-01T00:00:00Z'), new Date('2025-01-08T00:00:00Z'));

const fields = [
  'status',
  'method',
  'currency',
  'from',
  'to',
  'minAmountMinor',
  'failureCode',
  'search',
] as const;
/** A filter with at most two fields, so that most subscribers receive something. */
const arbitrarySparseFilter = fc
  .tuple(arbitraryFilter(instants), fc.shuffledSubarray([...fields], { minLength: 6 }))
  .map(
    ([filter, dropped]): FilterInput => ({
      ...filter,
      maxAmountMinor: undefined,
      ...Object.fromEntries(dropped.map((field) => [field, undefined])),
    }),
  );

const arbitraryChange = fc.oneof(
  fc.record({ status: fc.constantFrom('success', 'failed') }),
  fc.record({ description: fc.constantFrom('MÜLLER & Söhne', '100% a_b', 'Order Ltd', null) }),
  fc.record({ status: fc.constant('success'), description: fc.constantFrom('ΟΔΟΣ', 'nowhere') }),
);

type Fault = { kind: 'cut' | 'restart'; server: number; share: number } | { kind: 'end connections' };

const faults: Fault[] = [
  ...Array.from({ length: 24 }, (_, n) => ({
    kind: 'cut' as const,
    server: n % serverCount,
    share: n % 4 === 0 ? 1 : 0.3,
  })),
  ...Array.from({ length: 6 }, (_, n) => ({ kind: 'restart' as const, server: n % serverCount, share: 1 })),
  ...Array.from({ length: 12 }, () => ({ kind: 'end connections' as const })),
];

test('with sockets cut and servers and connections killed, each of 50 subscribers gets every change once, in order', async () => {
  process.stdout.write(`live chaos: seed ${seed}\n`);
  await using database = await createTestDatabase({ applicationName: 'chaos test' });
  await using stack = new AsyncDisposableStack();
  const servers = await Promise.all(
    Array.from({ length: serverCount }, async () =>
      stack.use(await superviseServer({ DATABASE_URL: database.url, JWT_EXPIRES_IN: '20s' })),
    ),
  );
  onTestFailed(() => {
    const outputs = servers.map((server) => server.output().slice(-10_000));
    process.stderr.write(`live chaos: seed ${seed}\n${outputs.join('\n')}`);
  });

  let turn = 0;
  const anyUrl = () => roundRobin(servers, turn++).url;
  const token = accessTokens(anyUrl);
  const clients = await openClients(servers, anyUrl, token);
  stack.defer(clients.close);
  const payments = sample(arbitraryPayment(instants), 1_000);
  const newPayment = () => {
    const payment = roundRobin(payments, turn++);
    return { ...payment, receiver: `${payment.receiver} ${randomUUID()}` };
  };
  const changes = sample(arbitraryChange, 1_000);
  const caller = callByFetch(anyUrl, token);
  const load = startStormLoad([caller], {
    creators: 3,
    importers: 2,
    settlers: 3,
    pauseMs: 100,
    newPayment,
    newChange: () => roundRobin(changes, turn++),
  });

  const joining = Promise.all(
    sample(arbitrarySparseFilter, subscriberCount).map(async (filter, n) => {
      await vi.waitFor(
        () => expect(load.acknowledged.size).toBeGreaterThanOrEqual(n * paymentsBetweenJoins),
        { timeout: 90_000, interval: 20 },
      );
      return subscribe(roundRobin(clients.apis, n), roundRobin(clients.readers, n), filter);
    }),
  );
  const [subscribers, injected] = await Promise.all([joining, injectFaults(servers, database.db)]);
  await load.finish();
  // Each socket reconnects once more. The last payments then arrive live.
  for (const server of servers) server.cut(() => true);
  const lastPayments = { payments: Array.from({ length: 100 }, newPayment) };
  const isWritten = async () =>
    expect(await caller.mutate('payments.createMany', lastPayments, 'last-payments')).toMatchObject({
      kind: 'ok',
    });
  await vi.waitFor(isWritten, { timeout: 60_000, interval: 100 });

  const log = await loggedChanges(database.db);
  const expected = subscribers.map(({ filter, startedAt }) => changesFor(log, filter, startedAt));
  await vi.waitFor(
    () => {
      const behind = subscribers.filter(
        ({ received }, n) => received.length < roundRobin(expected, n).length,
      );
      expect(behind.map(({ filter, surprises }) => ({ filter, surprises }))).toEqual([]);
    },
    { timeout: 60_000, interval: 50 },
  );
  const changesReceived = subscribers.reduce((sum, subscriber) => sum + subscriber.received.length, 0);
  process.stdout.write(
    `live chaos: ${JSON.stringify({ ...injected, logged: log.length, received: changesReceived })}\n`,
  );

  for (const [n, { filter, received, surprises, list }] of subscribers.entries()) {
    const none = { missing: 0, duplicate: 0, outOfOrder: 0, unexpected: 0, firstDifference: null };
    expect(compareChanges(received, roundRobin(expected, n)), JSON.stringify(filter)).toEqual(none);
    expect(surprises, JSON.stringify(filter)).toEqual([]);
    const fresh = await readList(roundRobin(clients.readers, n), filter);
    expect(list, JSON.stringify(filter)).toEqual(
      new Map(fresh.items.map((payment) => [payment.id, payment])),
    );
  }
  for (const { unsubscribe } of subscribers) unsubscribe();
  const stored = await storedPayments(database.db);
  expect(stored.size).toBe(load.acknowledged.size + lastPayments.payments.length);
  for (const [id, status] of load.acknowledged) expect(stored.get(id)).toBe(status);
  await expectWholeWrites(database.db);
});

/** Half of the subscribers use Paydeck's client, the other half plain tRPC clients. */
async function openClients(
  servers: readonly SupervisedServer[],
  anyUrl: () => string,
  token: () => Promise<string>,
): Promise<{ apis: Api[]; readers: Api[]; close(): Promise<void> }> {
  const half = subscriberCount / 2;
  const paydeck = await Promise.all(
    Array.from({ length: paydeckClients }, async (_, n) => {
      const client = createClient({ url: roundRobin(servers, n).url });
      await client.signIn(adminCredentials);
      return client;
    }),
  );
  const standard = Array.from({ length: half }, () => openStandardClient(anyUrl, token));
  return {
    apis: [...Array.from({ length: half }, (_, n) => roundRobin(paydeck, n)), ...standard].map(
      ({ api }) => api,
    ),
    readers: paydeck.map(({ api }) => api),
    close: async () => {
      await Promise.all([...paydeck, ...standard].map((client) => client.close()));
    },
  };
}

/** Injects all faults in a random order. Resolves to their counts when all servers run again. */
async function injectFaults(servers: readonly SupervisedServer[], db: Database) {
  const injected = { socketsCut: 0, connectionsEnded: 0, restarts: 0 };
  const restarts: Promise<void>[] = [];
  const [order = []] = sample(fc.shuffledSubarray(faults, { minLength: faults.length }), 1);
  let connection = 0;
  for (const fault of order) {
    await delay(betweenFaultsMs);
    if (fault.kind === 'end connections') injected.connectionsEnded += await endOtherConnections(db);
    else if (fault.kind === 'restart') {
      injected.restarts += 1;
      restarts.push(roundRobin(servers, fault.server).restart());
    } else {
      injected.socketsCut += roundRobin(servers, fault.server).cut(
        () => (connection++ * 7) % 10 < fault.share * 10,
      );
    }
  }
  await Promise.all(restarts);
  return injected;
}
