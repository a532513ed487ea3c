import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { databaseWithView } from '../../testing/database-with-view.ts';
import { relayBytes } from '../../testing/relay-bytes.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { DatabaseUnavailableError } from '../connection/database-error.ts';
import { type Database, openDatabase } from '../connection/open-database.ts';
import { insertPayments } from '../payments/insert-payments.ts';
import { users } from '../schema.ts';
import { copyPayments } from './copy-payments.ts';
import { createPiecePool } from './piece-pool.ts';

let database: TestDatabase;
const userId = randomUUID();
beforeAll(async () => {
  database = await createTestDatabase();
  const { orm } = database.db;
  await orm.insert(users).values({ id: userId, username: 'admin', passwordHash: 'x', role: 'admin' });
  for (let n = 0; n < 10; n++) await write(50);
});
afterAll(() => database[Symbol.asyncDispose]());

const currencies = ['USD', 'JPY', 'KWD', 'EUR'];
let written = 0;

/** Writes payments with their events, one event each. */
async function write(count: number): Promise<void> {
  const payments = Array.from({ length: count }, () => {
    written += 1;
    return {
      id: randomUUID(),
      amountMinor: written % 10 === 0 ? 99_999_999_999 : written,
      currency: currencies[written % currencies.length] ?? 'USD',
      method: 'credit_card' as const,
      status: 'success' as const,
      receiver: `Say "${written}",\nü`,
      description: 'x, '.repeat(written % 100),
      failureCode: null,
      failureMessage: null,
      createdAt: null,
    };
  });
  await insertPayments(database.db, [{ userId, idempotency: null, payments }]);
}

const copyFrom = (db: Database, format: 'csv' | 'jsonl' = 'jsonl') =>
  copyPayments(db, { filter: {}, format, pool: createPiecePool() });

/** Reads a file of JSON Lines to its end. Adds up its lines, and compares them with its totals. */
async function readWhole(db: Database): Promise<{ rows: number; asOf: number }> {
  const copy = await copyFrom(db);
  try {
    expect(copy.totals).toThrow('after the last line');
    const lines = (await text(copy.lines)).trimEnd().split('\n');
    const sums = new Map<string, bigint>();
    for (const line of lines) {
      const { amount, currency } = JSON.parse(line);
      const minor = BigInt(Math.round(amount * ({ JPY: 1, KWD: 1000 }[String(currency)] ?? 100)));
      sums.set(currency, (sums.get(currency) ?? 0n) + minor);
    }
    const { asOf, ...totals } = copy.totals();
    expect(totals).toEqual({ rows: lines.length, sums });
    return { rows: lines.length, asOf };
  } finally {
    await copy.close();
  }
}

test('rows, sums and position are of one snapshot while payments are written', async () => {
  let isDone = false;
  const writing = (async () => {
    while (!isDone) await write(7);
  })();
  const positions = new Set<number>();
  for (let round = 0; round < 10; round++) {
    const { rows, asOf } = await readWhole(database.db);
    // Each payment has one event, so the position of the newest one is the number of payments.
    const [row] = await database.db.orm.execute(`select count(*) as n from events where position <= ${asOf}`);
    expect(row?.n).toBe(rows);
    positions.add(asOf);
  }
  isDone = true;
  await writing;
  expect(positions.size).toBeGreaterThan(1);
});

test('wherever the connection breaks, the lines end with an error or are complete, and nothing stays open', async () => {
  const endings = new Map<string, number>();
  let total = 0;
  await using counting = await relayBytes(database.url, (chunk) => {
    total += chunk.length;
    return chunk;
  });
  const counted = openDatabase({ url: counting.url });
  await readWhole(counted);
  await counted.close();

  // Every place in the handshake and in the small replies, and some in the rows.
  const places = [
    ...Array.from({ length: 30 }, (_, n) => n * 37),
    ...Array.from({ length: 20 }, (_, n) => total - n * 29),
  ];
  for (let part = 1; part < 15; part++) places.push(Math.floor((total * part) / 15));
  for (const place of places) {
    let passed = 0;
    await using proxy = await relayBytes(database.url, (chunk) => {
      passed += chunk.length;
      // Only once: the driver may connect again.
      return passed >= place && passed - chunk.length < place ? 'cut' : chunk;
    });
    const db = openDatabase({ url: proxy.url });
    const ending = await readWhole(db).then(
      () => 'complete',
      (error: unknown) => (error instanceof Error ? error.name : 'unknown'),
    );
    endings.set(ending, (endings.get(ending) ?? 0) + 1);
    await db.close();
    await vi.waitFor(() => expect(proxy.openSockets()).toBe(0), { interval: 5 });
  }
  expect(endings.get('AssertionError')).toBeUndefined();
  expect(endings.get('DatabaseUnavailableError')).toBeGreaterThan(5);
  expect(endings.size).toBeGreaterThan(1);
});

const backends = (query: string) =>
  database.db.orm.execute(`
    select pid from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock' and query like '%${query}%'`);

/** Ends the backend of the export when it waits for the lock of a table. */
async function endWaiting(query: string): Promise<void> {
  const [row] = await vi.waitFor(async () => {
    const rows = await backends(query);
    expect(rows).toHaveLength(1);
    return rows;
  });
  await database.db.orm.execute(`select pg_terminate_backend(${row?.pid}, 10000)`);
}

test('a backend that is ended before its first row rejects, and one that is ended before its totals fails the lines', async () => {
  const holder = database.db.dedicatedClient();
  await holder.unsafe('begin; lock table payments in access exclusive mode');
  const opening = expect(copyFrom(database.db)).rejects.toThrow(DatabaseUnavailableError);
  await endWaiting('copy (');
  await opening;
  await holder.unsafe('rollback');

  await holder.unsafe('begin; lock table events in access exclusive mode');
  const copy = await copyFrom(database.db);
  const reading = expect(text(copy.lines)).rejects.toThrow();
  await endWaiting('pg_current_snapshot');
  await reading;
  expect(copy.totals).toThrow('after the last line');
  await copy.close();
  await holder.end();
});

test('an export that is closed early ends its backend', async () => {
  const copy = await copyFrom(database.db, 'csv');
  await copy.close();
  const copying = () =>
    database.db.orm.execute(`
    select pid from pg_stat_activity where datname = current_database() and query like '%copy (%' and pid <> pg_backend_pid()`);
  await vi.waitFor(async () => expect(await copying()).toEqual([]), { interval: 10, timeout: 5_000 });
});

test('a query that fails at once, in a reply that arrives at once, is an error of the lines', async () => {
  await using broken = await databaseWithView('1 / (amount_minor - 13)');
  const target = new URL(broken.url);
  const [copyOutResponse] = Buffer.from('H');
  const readyForQuery = Buffer.from('Z\0\0\0\x05', 'latin1');
  await using proxy = await relayBytes(database.url, (chunk, connection) => {
    // Passes the reply to COPY on in one piece.
    if (connection.held.length === 0 && chunk[0] !== copyOutResponse) return chunk;
    const reply = Buffer.concat([connection.held, chunk]);
    const isWhole = reply.subarray(-6, -1).equals(readyForQuery);
    connection.held = isWhole ? Buffer.alloc(0) : reply;
    return isWhole ? reply : Buffer.alloc(0);
  });
  const url = new URL(proxy.url);
  url.pathname = target.pathname;
  const db = openDatabase({ url: url.href });
  const copy = await copyFrom(db);
  await expect(text(copy.lines)).rejects.toThrow('division by zero');
  await copy.close();
  await db.close();
});

test('a file of any size is complete, even if all of it has arrived before it is read', async () => {
  await using stored = await createTestDatabase();
  await stored.db.orm.execute(`
    insert into payments (id, amount_minor, currency, method, status, receiver, description, created_at, updated_at)
    select gen_random_uuid(), 1, 'USD', 'credit_card', 'success', 'Jane', repeat('x', 100), at, at
    from generate_series(1, 3000) n, lateral (select timestamptz '2025-01-01Z' + n * interval '1 minute' as at) t`);
  const hasSent = async () => {
    const rows = await stored.db.orm.execute(`
      select pid from pg_stat_activity
      where datname = current_database() and query like '%copy (%' and pid <> pg_backend_pid()
        and (state = 'idle in transaction' or wait_event = 'ClientWrite')`);
    expect(rows).toHaveLength(1);
  };
  for (let rows = 500; rows <= 3_000; rows += 100) {
    const to = new Date(Date.UTC(2025, 0, 1, 0, rows, 30));
    const copy = await copyPayments(stored.db, { filter: { to }, format: 'csv', pool: createPiecePool() });
    await vi.waitFor(hasSent, { interval: 2, timeout: 10_000 });
    expect((await text(copy.lines)).split('\r\n')).toHaveLength(rows + 1);
    await copy.close();
  }
});

test('TLS asks for the host of the URL, with which its certificate is compared', async () => {
  const hellos: Buffer[] = [];
  await using server = createServer((socket) => {
    socket.once('data', () => {
      // The answer to a request for TLS. What follows is the client's first message in TLS, with the host in clear text.
      socket.write('S');
      socket.once('data', (hello) => {
        hellos.push(hello);
        socket.destroy();
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : '';
  const db = openDatabase({ url: `postgresql://paydeck@localhost:${port}/paydeck?sslmode=verify-full` });
  await expect(copyFrom(db)).rejects.toThrow();
  expect(hellos[0]?.includes('localhost')).toBe(true);
  await db.close();
});
