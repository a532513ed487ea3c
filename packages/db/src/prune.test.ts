import { expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { pruneEvents } from './events/prune.ts';
import { pruneIdempotencyKeys } from './payments/prune-idempotency-keys.ts';

const count = async ({ db }: TestDatabase, from: string) =>
  Number((await db.orm.execute(`select count(*) as n from ${from}`))[0]?.n);

/** Several times as many rows as one statement deletes. */
const expired = 35_000;

test('however many events have expired, all of them are deleted, and the newest one stays', async () => {
  await using database = await createTestDatabase();
  const { orm } = database.db;
  await orm.execute(`
    insert into events (position, type, payload, at)
    select n, 'payment_created', '{}', now() - case when n <= ${expired} then interval '8 days' else interval '6 days' end
    from generate_series(1, ${expired} + 100) n`);

  // Two servers prune at the same time.
  await Promise.all([1, 2].map(() => pruneEvents(orm, { retentionDays: 7 })));
  expect(await count(database, 'events')).toBe(100);
  expect(await count(database, `events where position > ${expired}`)).toBe(100);

  await pruneEvents(orm, { retentionDays: 1 });
  expect(await count(database, `events where position = ${expired} + 100`)).toBe(1);
  expect(await count(database, 'events')).toBe(1);
});

test('however many idempotency keys have expired, all of them are deleted, and no other', async () => {
  await using database = await createTestDatabase();
  const { orm } = database.db;
  await orm.execute(`
    with owner as (
      insert into users (id, username, password_hash) values (gen_random_uuid(), 'owner', '') returning id
    )
    insert into idempotency_keys (user_id, procedure, key, request_hash, response, created_at)
    select id, 'payments.create', n::text, '', '{}',
           now() - case when n <= ${expired} then interval '49 hours' else interval '47 hours' end
    from owner, generate_series(1, ${expired} + 100) n`);

  await Promise.all([1, 2].map(() => pruneIdempotencyKeys(orm)));
  expect(await count(database, 'idempotency_keys')).toBe(100);
  expect(await count(database, `idempotency_keys where key::int > ${expired}`)).toBe(100);
});

test('batches become smaller when the database cancels them', async () => {
  await using database = await createTestDatabase();
  const { orm } = database.db;
  await orm.execute(`
    insert into events (position, type, payload, at)
    select n, 'payment_created', '{}', now() - interval '8 days' from generate_series(1, 12000) n`);
  // Statements that delete more than 3,000 rows are too slow for this machine.
  await orm.execute(`
    create function slow() returns trigger language plpgsql as $$
    begin
      if (select count(*) from deleted) > 3000 then raise exception 'too slow' using errcode = '57014'; end if;
      return null;
    end $$`);
  await orm.execute(`create trigger slow after delete on events referencing old table as deleted
    for each statement execute function slow()`);
  await pruneEvents(orm, { retentionDays: 7 });
  expect(await count(database, 'events')).toBe(1);
});
