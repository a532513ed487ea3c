import { createClient } from '@paydeck/client';
import { openDatabase } from '@paydeck/db/connection';
import { createTestDatabase } from '@paydeck/db/testing';
import { expect, test, vi } from 'vitest';
import { adminCredentials, startTestServer } from '../testing/start-test-server.ts';
import { signIn } from './plain-fetch.ts';
import { openSocket } from './raw-socket.ts';

const payment = { amountMinor: 100, method: 'credit_card', receiver: 'Corner Bookshop' } as const;
const patient = { timeout: 30_000 };

/** Puts an older copy of the database in its place, as a restore or a failover to a replica that was behind does. */
async function swappedDatabase() {
  const database = await createTestDatabase();
  const name = new URL(database.url).pathname.slice(1);
  const copy = `${name}_copy`;
  const adminUrl = new URL(database.url);
  adminUrl.pathname = '/postgres';
  const admin = openDatabase({ url: adminUrl.href, maxConnections: 1 });
  /** Runs a command that needs the databases without connections. */
  const alone = async (command: string, unused: string) => {
    await admin.orm.execute(`alter database ${unused} allow_connections false`);
    await admin.orm.execute(
      `select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = '${unused}'`,
    );
    await admin.orm.execute(command);
  };
  const allow = (allowed: string) => admin.orm.execute(`alter database ${allowed} allow_connections true`);
  return {
    database,
    copy: async () => {
      await alone(`create database ${copy} template ${name}`, name);
      await allow(name);
    },
    swap: async () => {
      await alone(`alter database ${name} rename to ${name}_lost`, name);
      await alone(`alter database ${copy} rename to ${name}`, copy);
      await allow(name);
    },
    [Symbol.asyncDispose]: async () => {
      await database[Symbol.asyncDispose]();
      await admin.orm.execute(`drop database if exists ${name}_lost with (force)`);
      await admin.close();
    },
  };
}

test('subscribers, lists and resumers notice that the database is an older copy', async () => {
  await using swapped = await swappedDatabase();
  await using server = await startTestServer({ database: swapped.database });
  const { url } = server;
  await using client = createClient({ url });
  await client.signIn(adminCredentials);
  const create = async (count: number) => {
    for (let n = 0; n < count; n++) await client.api.payments.create.mutate(payment);
  };
  const shown: string[][] = [];
  const watch = client.watchPayments(
    { limit: 100 },
    {
      onList: ({ items }) => void shown.push(items.map(({ id }) => id)),
      onChange: ({ payment: { id } }) => void shown.at(-1)?.push(id),
      onError: (error) => expect.unreachable(String(error)),
    },
  );
  await create(3);
  const kept = await client.api.payments.list.query({});
  await swapped.copy();
  await vi.waitFor(() => create(5), patient);
  await vi.waitFor(() => expect(shown.at(-1)?.length).toBeGreaterThanOrEqual(8), patient);
  const lost = await client.api.payments.list.query({});

  await swapped.swap();
  await vi.waitFor(async () => {
    const { total, asOf } = await client.api.payments.list.query({});
    expect({ total, asOf }).toEqual({ total: 3, asOf: kept.asOf });
  }, patient);
  // The watch has read its list again.
  await vi.waitFor(() => expect(shown.at(-1)).toHaveLength(3), patient);
  await vi.waitFor(() => create(2), patient);
  const after = await client.api.payments.list.query({});
  await vi.waitFor(
    () => expect(new Set(shown.at(-1))).toEqual(new Set(after.items.map(({ id }) => id))),
    patient,
  );
  expect(after.asOf).toBeGreaterThan(lost.asOf + 1_000);

  // Over raw sockets: a lost position leads to a reset, and one that is left to the events after it.
  const token = await signIn(url);
  for (const [lastEventId, first] of [
    [lost.asOf - 1, 'reset'],
    [kept.asOf, 'payment_created'],
  ] as const) {
    await using socket = await openSocket(url, { token });
    const frames = await socket.messages(
      socket.call('subscription', 'payments.onChange', { lastEventId }),
      2,
    );
    expect(JSON.stringify(frames.at(-1))).toContain(`"type":"${first}"`);
  }
  watch.unsubscribe();
});
