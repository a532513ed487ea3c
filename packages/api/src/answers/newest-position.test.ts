import { createTestDatabase } from '@paydeck/db/testing';
import { sql } from 'drizzle-orm';
import { expect, test, vi } from 'vitest';
import { createPositionReader } from './newest-position.ts';

test('a call during a read gets the position of a later read, without waiting for the earlier one', async () => {
  await using database = await createTestDatabase();
  const { db } = database;
  // Reads of the log now wait for a lock, after they have taken their snapshot.
  await db.orm.execute(sql`alter table events rename to stored_events`);
  await db.orm.execute(sql`
    create view events as select e.* from stored_events e, (select pg_advisory_xact_lock_shared(42)) gate`);
  const waiting = async () => {
    const [row] = await db.orm.execute<{ count: number }>(
      sql`select count(*)::int as count from pg_locks where locktype = 'advisory' and not granted`,
    );
    return row?.count;
  };
  const store = (position: number) =>
    db.orm.execute(
      sql`insert into stored_events (position, type, payload, at) values (${position}, 'test', '{}', now())`,
    );
  await store(1);
  const read = createPositionReader(db, () => {});
  const gate = db.dedicatedClient();
  await gate`select pg_advisory_lock(42)`;

  const early = [read(), read()];
  await vi.waitFor(async () => expect(await waiting()).toBe(1));
  await store(2);
  const late = [read(), read()];
  await vi.waitFor(async () => expect(await waiting()).toBe(2));

  await gate.end();
  expect(await Promise.all([...early, ...late])).toEqual([1, 1, 2, 2]);
});
