import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { repairRollups, verifyRollups } from '@paydeck/db/rollups';
import { parse } from 'csv-parse';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { startTestServer, type TestServer } from '../testing/start-test-server.ts';
import { type HeldDatabase, heldDatabase } from './held-database.ts';
import { openExport } from './open-export.ts';
import { bearer, send, sendForStream, signIn } from './plain-fetch.ts';

const count = 50_000;
let server: TestServer;
let held: HeldDatabase;
let token: string;
beforeAll(async () => {
  held = await heldDatabase();
  server = await startTestServer({ database: held.database });
  token = await signIn(server.url);
  const { db } = server.database;
  const client = db.dedicatedClient();
  // Nothing is searched here, and updating that index would take most of the time.
  await client`drop index payments_search_text_idx`;
  await client`
    insert into payments (id, amount_minor, currency, method, status, receiver, description, created_at, updated_at)
    select gen_random_uuid(), n, 'USD', 'credit_card', 'success', 'Receiver ' || n, repeat('long ', 30), at, at
    from generate_series(1, ${count}::int) n,
      lateral (select timestamptz '2025-01-01Z' + n * interval '1 minute' as at) t`;
  await client.end();
  await repairRollups(db, (await verifyRollups(db)).differences);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await held[Symbol.asyncDispose]();
});
afterEach(() => held.release());

const exportUrl = () => `${server.url}/api/payments/export`;

test('fifty thousand payments arrive complete', async () => {
  await using admin = await server.signedInClient();
  const { total } = await admin.api.payments.list.query({ limit: 1 });
  expect(total).toBe(count);

  const { body } = await sendForStream(exportUrl(), { headers: bearer(token) });
  const ids = new Set<string>();
  let cents = 0;
  const rows = parse({ record_delimiter: '\r\n', from_line: 2 });
  await pipeline(
    Readable.fromWeb(body ?? expect.unreachable()),
    rows,
    async (records: AsyncIterable<string[]>) => {
      for await (const [id = '', amount] of records) {
        ids.add(id);
        cents += Math.round(Number(amount) * 100);
      }
    },
  );
  expect(ids.size).toBe(total);
  expect(cents).toBe((count * (count + 1)) / 2);
});

/** The connections that hold a snapshot for an export. */
const copying = () =>
  server.database.db.orm.execute(`
    select pid from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and xact_start is not null
      and (query like '%copy (%' or query like '%pg_current_snapshot%')`);
const nothingCopies = () =>
  vi.waitFor(async () => expect(await copying()).toEqual([]), { interval: 20, timeout: 5_000 });

test('the query ends when the client disconnects', async () => {
  held.hold();
  const { hostname, port } = new URL(server.url);
  const leaving = connect(Number(port), hostname);
  leaving.write(`GET /api/payments/export HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`);
  await new Promise((resolve) => leaving.once('data', resolve));
  leaving.pause();
  expect(await copying()).toHaveLength(1);
  leaving.destroy();
  await nothingCopies();
});

test('an export ends when its API key is revoked', async () => {
  held.hold();
  await using admin = await server.signedInClient();
  const { key, id } = await admin.api.apiKeys.create.mutate({ name: 'export', role: 'viewer' });
  const headers = { ...bearer(key), 'accept-encoding': 'identity' };
  const { body } = await sendForStream(exportUrl(), { headers });
  const reader = body?.getReader() ?? expect.unreachable();
  await reader.read();
  expect(await copying()).toHaveLength(1);
  await admin.api.apiKeys.revoke.mutate({ id });
  await nothingCopies();
  const readOn = async () => {
    while (!(await reader.read()).done);
  };
  await expect(readOn()).rejects.toThrow();
});

test('a query that fails during an export cuts the connection, so that the file does not look complete', async () => {
  held.hold();
  const { body, status } = await sendForStream(exportUrl(), { headers: bearer(token) });
  expect(status).toBe(200);
  const reader = body?.getReader() ?? expect.unreachable();
  await reader.read();
  const [query] = await copying();
  await server.database.db.orm.execute(`select pg_terminate_backend(${Number(query?.pid)}, 10000)`);
  held.release();
  const readAll = async () => {
    while (!(await reader.read()).done);
  };
  await expect(readAll()).rejects.toThrow();
  expect((await send(`${server.url}/health`)).status).toBe(200);
  expect((await send(`${exportUrl()}?search=Receiver%2049999`, { headers: bearer(token) })).status).toBe(200);
});

test.each(['identity', 'gzip'])(
  'a client that reads nothing does not keep a snapshot, and still gets the whole file: %s',
  async (encoding) => {
    const reply = await openExport(server.url, { token, headers: { 'accept-encoding': encoding } });
    await nothingCopies();
    const file = encoding === 'gzip' ? reply.pipe(createGunzip()) : reply;
    expect((await text(file)).split('\r\n')).toHaveLength(count + 2);
    expect(reply.trailers['x-row-count']).toBe(String(count));
  },
);
