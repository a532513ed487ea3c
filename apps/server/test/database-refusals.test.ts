import { openDatabase } from '@paydeck/db/connection';
import { createTestDatabase, cuttablePath, type TestDatabase } from '@paydeck/db/testing';
import { expect, test, vi } from 'vitest';
import { startTestServer } from '../testing/start-test-server.ts';
import { metricsSamples } from './metrics-samples.ts';
import { bearer, post, send, signIn } from './plain-fetch.ts';

const payment = { amountMinor: 100, method: 'credit_card', receiver: 'Corner Bookshop' };
const create = (url: string, token: string) =>
  send(`${url}/trpc/payments.create`, post(payment, bearer(token)));
const list = (url: string, token: string) => send(`${url}/trpc/payments.list`, { headers: bearer(token) });
const ready = (url: string) => send(`${url}/health/ready`);
const refusal = (reason: string) => ({ status: 503, body: { error: { json: { data: { reason } } } } });

/** A setting of the database, which later connections have. */
async function setForAll({ db, url }: TestDatabase, setting: string): Promise<void> {
  await db.orm.execute(`alter database ${new URL(url).pathname.slice(1)} set ${setting}`);
}

test('a write that gets no lock in time is refused with 503, which clients retry', async () => {
  await using database = await createTestDatabase();
  await using server = await startTestServer({ database });
  const token = await signIn(server.url);
  await setForAll(database, `lock_timeout = '100ms'`);
  await database.db.orm.execute(`
    select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`);
  const holder = database.db.dedicatedClient();
  await holder`select pg_advisory_lock(7239478161)`;
  await vi.waitFor(async () => expect(await list(server.url, token)).toMatchObject({ status: 200 }));
  const refused = await create(server.url, token);
  expect(refused).toMatchObject(refusal('database_unavailable'));
  expect(refused.headers.get('retry-after')).toBe('2');
  await holder.end();
});

test('while the disk of the database is full, writes are refused, reads work, and health and a metric tell', async () => {
  await using server = await startTestServer();
  const { url, database } = server;
  const token = await signIn(url);
  const { orm } = database.db;
  expect(await ready(url)).toMatchObject({ status: 200 });
  await orm.execute(`
    create function full_disk() returns trigger language plpgsql as $$
    begin raise exception 'could not extend file' using errcode = '53100'; end $$`);
  await orm.execute('create trigger full_disk before insert on payments execute function full_disk()');
  // The trial of a write fails like the writes.
  await orm.execute(`
    create function no_trial() returns event_trigger language plpgsql as $$
    begin raise exception 'could not extend file' using errcode = '53100'; end $$`);
  await orm.execute(`create event trigger no_trial on ddl_command_start when tag in ('CREATE TABLE AS')
    execute function no_trial()`);

  const refused = await create(url, token);
  expect(refused).toMatchObject(refusal('disk_full'));
  expect(refused.headers.get('retry-after')).toBe('10');
  expect(await list(url, token)).toMatchObject({ status: 200 });
  expect(await ready(url)).toMatchObject({
    status: 503,
    body: { checks: { database: true, writes: false } },
  });
  expect((await metricsSamples(url)).get('paydeck_database_writable')).toBe(0);

  await orm.execute('drop event trigger no_trial');
  await vi.waitFor(async () => expect(await ready(url)).toMatchObject({ status: 200 }), { timeout: 20_000 });
  await orm.execute('drop trigger full_disk on payments');
  expect(await create(url, token)).toMatchObject({ status: 200 });
});

test('a database that accepts no writes is not ready', async () => {
  await using server = await startTestServer();
  await setForAll(server.database, 'default_transaction_read_only = on');
  await server.database.db.orm.execute(`
    select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`);
  await vi.waitFor(async () =>
    expect(await ready(server.url)).toMatchObject({
      status: 503,
      body: { checks: { database: true, migrations: true, writes: false } },
    }),
  );
});

test('while the database is silent, readiness is answered before the deadline of a query', async () => {
  await using database = await createTestDatabase();
  await using path = await cuttablePath(database.url);
  await using server = await startTestServer({ database: { ...database, url: path.url } });
  const other = openDatabase({ url: path.url, maxConnections: 1 });
  await other.orm.execute('select 1');
  path.vanish();
  const first = await Promise.race([
    other.orm.execute('select 1').catch(() => 'query'),
    ready(server.url).then(({ status }) => `ready: ${status}`),
  ]);
  expect(first).toBe('ready: 503');
  path.reset();
  await other.close();
});
