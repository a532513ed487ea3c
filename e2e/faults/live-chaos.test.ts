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
import { changesFor, faultsOf } from './live-oracle.ts';
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
/** Several subscribers share the socket of one of our own clients; each standard client has one. */
const ownClients = 8;
const betweenBlowsMs = 400;
/** A subscriber joins after so many payments more, so that most lists are read amid the storm. */
const paymentsBetweenJoins = 10;

const instants = instantsBetween(new Date('2025-01-01T00:00:00Z'), new Date('2025-01-08T00:00:00Z'));

const fields = ['status', 'method', 'currency', 'from', 'to', 'minAmountMinor', 'search'] as const;
/** One or two fields of a filter, or none at all, so that most subscribers have something to see. */
const arbitraryWish = fc
  .tuple(arbitraryFilter(instants), fc.shuffledSubarray([...fields], { minLength: 5 }))
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

type Blow = { kind: 'cut' | 'restart'; server: number; share: number } | { kind: 'end connections' };

const blows: Blow[] = [
  ...Array.from({ length: 24 }, (_, n) => ({
    kind: 'cut' as const,
    server: n % serverCount,
    share: n % 4 === 0 ? 1 : 0.3,
  })),
  ...Array.from({ length: 6 }, (_, n) => ({ kind: 'restart' as const, server: n % serverCount, share: 1 })),
  ...Array.from({ length: 12 }, () => ({ kind: 'end connections' as const })),
];

test('sockets cut, servers and connections killed: each of 50 subscribers gets what the log says, once, in order', async () => {
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
    sample(arbitraryWish, subscriberCount).map(async (filter, n) => {
      await vi.waitFor(
        () => expect(load.acknowledged.size).toBeGreaterThanOrEqual(n * paymentsBetweenJoins),
        { timeout: 90_000, interval: 20 },
      );
      return subscribe(roundRobin(clients.apis, n), roundRobin(clients.readers, n), filter);
    }),
  );
  const [subscribers, suffered] = await Promise.all([joining, strike(servers, database.db)]);
  await load.finish();
  // After the last blow each socket is opened once more, and what comes then comes live.
  for (const server of servers) server.cut(() => true);
  const farewell = { payments: Array.from({ length: 100 }, newPayment) };
  const isWritten = async () =>
    expect(await caller.mutate('payments.createMany', farewell, 'farewell')).toMatchObject({ kind: 'ok' });
  await vi.waitFor(isWritten, { timeout: 60_000, interval: 100 });

  const log = await loggedChanges(database.db);
  const due = subscribers.map(({ filter, from }) => changesFor(log, filter, from));
  await vi.waitFor(
    () => {
      const behind = subscribers.filter(({ record }, n) => record.length < roundRobin(due, n).length);
      expect(behind.map(({ filter, surprises }) => ({ filter, surprises }))).toEqual([]);
    },
    { timeout: 60_000, interval: 50 },
  );
  const told = subscribers.map(({ record }) => record.length).reduce((a, b) => a + b, 0);
  process.stdout.write(`live chaos: ${JSON.stringify({ ...suffered, logged: log.length, told })}\n`);

  for (const [n, { filter, record, surprises, held }] of subscribers.entries()) {
    const none = { missing: 0, twice: 0, outOfOrder: 0, uncalledFor: 0, firstDifference: null };
    expect(faultsOf(record, roundRobin(due, n)), JSON.stringify(filter)).toEqual(none);
    expect(surprises, JSON.stringify(filter)).toEqual([]);
    const fresh = await readList(roundRobin(clients.readers, n), filter);
    expect(held, JSON.stringify(filter)).toEqual(
      new Map(fresh.items.map((payment) => [payment.id, payment])),
    );
  }
  for (const { leave } of subscribers) leave();
  const stored = await storedPayments(database.db);
  expect(stored.size).toBe(load.acknowledged.size + farewell.payments.length);
  for (const [id, status] of load.acknowledged) expect(stored.get(id)).toBe(status);
  await expectWholeWrites(database.db);
}, 180_000);

/** Half of the subscribers' clients are this product's, half are plain ones of tRPC. */
async function openClients(
  servers: readonly SupervisedServer[],
  anyUrl: () => string,
  token: () => Promise<string>,
): Promise<{ apis: Api[]; readers: Api[]; close(): Promise<void> }> {
  const half = subscriberCount / 2;
  const own = await Promise.all(
    Array.from({ length: ownClients }, async (_, n) => {
      const client = createClient({ url: roundRobin(servers, n).url });
      await client.signIn(adminCredentials);
      return client;
    }),
  );
  const standard = Array.from({ length: half }, () => openStandardClient(anyUrl, token));
  return {
    apis: [...Array.from({ length: half }, (_, n) => roundRobin(own, n)), ...standard].map(({ api }) => api),
    readers: own.map(({ api }) => api),
    close: async () => {
      await Promise.all([...own, ...standard].map((client) => client.close()));
    },
  };
}

/** Strikes all blows, in a random order; resolves, once all servers are there again, to what was hit. */
async function strike(servers: readonly SupervisedServer[], db: Database) {
  const suffered = { socketsCut: 0, connectionsEnded: 0, restarts: 0 };
  const restarts: Promise<void>[] = [];
  const [order = []] = sample(fc.shuffledSubarray(blows, { minLength: blows.length }), 1);
  let connection = 0;
  for (const blow of order) {
    await delay(betweenBlowsMs);
    if (blow.kind === 'end connections') suffered.connectionsEnded += await endOtherConnections(db);
    else if (blow.kind === 'restart') {
      suffered.restarts += 1;
      restarts.push(roundRobin(servers, blow.server).restart());
    } else {
      suffered.socketsCut += roundRobin(servers, blow.server).cut(
        () => (connection++ * 7) % 10 < blow.share * 10,
      );
    }
  }
  await Promise.all(restarts);
  return suffered;
}
