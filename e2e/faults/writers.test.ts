import { randomUUID } from 'node:crypto';
import { createClient, type PaydeckClient } from '@paydeck/client';
import type { PaymentStatus } from '@paydeck/contract/payments';
import { createTestDatabase } from '@paydeck/db/testing';
import { adminCredentials } from '@paydeck/server/testing';
import { type SpawnedServer, spawnServer } from '@paydeck/server/testing/spawn-server';
import { expectWholeWrites, loggedPositions, storedPayments } from '@paydeck/server/testing/written-state';
import { expect, onTestFailed, test } from 'vitest';
import { roundRobin } from './round-robin.ts';
import { type Caller, randomPayment, signInByFetch, toPayment, toPayments } from './wire.ts';

const serverCount = 4;
const writerCount = 8;
const turns = 10;
const paymentsPerCall = 40;
const singlePayments = 10;
const races = 6;
const created = writerCount * turns * (paymentsPerCall + singlePayments);
const settled = writerCount * turns * races;

test('8 writers and a reader on 4 servers of one database: all numbers agree, and every event arrives once, in order', async () => {
  await using database = await createTestDatabase();
  await using stack = new AsyncDisposableStack();
  const servers = await Promise.all(
    Array.from({ length: serverCount }, async () =>
      stack.use(await spawnServer({ DATABASE_URL: database.url })),
    ),
  );
  onTestFailed(
    () => void process.stderr.write(servers.map((server) => server.output().slice(-5_000)).join('\n')),
  );
  const callers = await Promise.all(servers.map(({ url }) => signInByFetch(url)));
  const readers = await Promise.all(servers.map(async (server) => stack.use(await signIn(server))));

  const reading = readByTurns(readers, created + settled);
  const written = new Map<string, PaymentStatus>();
  await Promise.all(Array.from({ length: writerCount }, (_, n) => writeByTurns(callers, n, written)));

  expect(written.size).toBe(created);
  expect(await storedPayments(database.db)).toEqual(written);
  await expectWholeWrites(database.db);
  const logged = await loggedPositions(database.db);
  expect(logged).toHaveLength(created + settled);
  expect(await reading).toEqual(logged);

  for (const reader of readers) {
    const from = Math.floor(Math.random() * (logged.length - 500));
    expect(await follow(reader, roundRobin(logged, from), 500)).toEqual(logged.slice(from + 1, from + 501));
  }
});

/** Creates payments at one server. Settles some of them at two servers at once; one of the two must win. */
async function writeByTurns(
  callers: readonly Caller[],
  n: number,
  written: Map<string, PaymentStatus>,
): Promise<void> {
  const server = roundRobin(callers, n);
  const other = roundRobin(callers, n + 1 + (n % (callers.length - 1)));
  for (let turn = 0; turn < turns; turn += 1) {
    const single = Array.from({ length: singlePayments }, async () => {
      const payment = toPayment(
        await dataOf(server.mutate('payments.create', randomPayment(), randomUUID())),
      );
      written.set(payment.id, payment.status);
    });
    const input = { payments: Array.from({ length: paymentsPerCall }, () => randomPayment()) };
    const payments = toPayments(await dataOf(server.mutate('payments.createMany', input, randomUUID())));
    for (const { id, status } of payments) written.set(id, status);
    await Promise.all(single);
    await Promise.all(
      payments.slice(0, races).map(async ({ id }) => written.set(id, await race(server, other, id))),
    );
  }
}

/** Settles a payment as success at one server and as failed at another. Resolves to the status that won. */
async function race(server: Caller, other: Caller, id: string): Promise<PaymentStatus> {
  const outcomes = await Promise.all([
    server.mutate('payments.update', { id, status: 'success' }, randomUUID()),
    other.mutate('payments.update', { id, status: 'failed', failureCode: 'lost' }, randomUUID()),
  ]);
  const [winner, second] = outcomes.flatMap((answer) =>
    answer.kind === 'ok' ? [toPayment(answer.data)] : [],
  );
  const refusals = outcomes.flatMap((answer) => (answer.kind === 'refused' ? [answer.reason] : []));
  expect(refusals).toEqual(['payment_already_settled']);
  expect(second).toBe(undefined);
  return winner?.status ?? 'pending';
}

/** Reads the given number of events; every few events it continues at a random server. */
async function readByTurns(readers: readonly PaydeckClient[], count: number): Promise<string[]> {
  const ids: string[] = [];
  while (ids.length < count) {
    const take = Math.min(1 + Math.floor(Math.random() * 200), count - ids.length);
    const reader = roundRobin(readers, Math.floor(Math.random() * readers.length));
    ids.push(...(await follow(reader, ids.at(-1) ?? '0', take)));
  }
  return ids;
}

/** The ids of the first `count` events after a position. */
function follow({ api }: PaydeckClient, after: string, count: number): Promise<string[]> {
  const ids: string[] = [];
  return new Promise((resolve, reject) => {
    const subscription = api.payments.onChange.subscribe(
      { lastEventId: after },
      {
        onData: ({ id, data: { type } }) => {
          if (type === 'reset') reject(new Error(`The server refused position ${after}.`));
          if (ids.length < count) ids.push(id);
          if (ids.length < count) return;
          subscription.unsubscribe();
          resolve(ids);
        },
        onError: reject,
      },
    );
  });
}

async function signIn({ url }: SpawnedServer): Promise<PaydeckClient> {
  const client = createClient({ url });
  await client.signIn(adminCredentials);
  return client;
}

async function dataOf(call: ReturnType<Caller['mutate']>): Promise<unknown> {
  const answer = await call;
  if (answer.kind !== 'ok') throw new Error(answer.message);
  return answer.data;
}
