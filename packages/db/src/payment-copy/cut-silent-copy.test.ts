import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { databaseWithView } from '../../testing/database-with-view.ts';
import { relayBytes } from '../../testing/relay-bytes.ts';
import { createTestDatabase } from '../../testing/test-database.ts';
import { DatabaseUnavailableError } from '../connection/database-error.ts';
import { type Database, openDatabase } from '../connection/open-database.ts';
import { copyPayments } from './copy-payments.ts';
import { createPiecePool } from './piece-pool.ts';

const copyAll = (db: Database, silenceMs?: number) =>
  copyPayments(db, {
    filter: {},
    format: 'jsonl',
    pool: createPiecePool(),
    ...(silenceMs !== undefined && { silenceMs }),
  });

test('a database that falls silent within the rows or before the totals fails the lines', async () => {
  await using stored = await createTestDatabase();
  await stored.db.orm.execute(`
    insert into payments (id, amount_minor, currency, method, status, receiver, description, created_at, updated_at)
    select gen_random_uuid(), 1, 'USD', 'credit_card', 'success', 'Jane', repeat('x', 400), now(), now()
    from generate_series(1, 2000)`);
  let total = 0;
  await using counting = await relayBytes(stored.url, (chunk) => {
    total += chunk.length;
    return chunk;
  });
  const counted = openDatabase({ url: counting.url });
  await text((await copyAll(counted)).lines);
  await counted.close();

  for (const silentFrom of [total / 2, total - 200]) {
    let passed = 0;
    await using proxy = await relayBytes(stored.url, (chunk) => {
      passed += chunk.length;
      return passed > silentFrom ? Buffer.alloc(0) : chunk;
    });
    const silent = openDatabase({ url: proxy.url });
    // Only the export has lost its connection.
    const copy = await copyAll({ ...stored.db, dedicatedClient: silent.dedicatedClient }, 100);
    await expect(text(copy.lines)).rejects.toThrow(DatabaseUnavailableError);
    await copy.close();
    await silent.close();
  }
});

test('a database that works longer than the silence allows for a row sends a whole file', async () => {
  await using slow = await databaseWithView('amount_minor', 'stored, pg_sleep(1)');
  const copy = await copyAll(slow.db, 100);
  expect((await text(copy.lines)).trimEnd().split('\n')).toHaveLength(1);
  expect(copy.totals().rows).toBe(1);
});

test('an export that waits for a locked table is refused', async () => {
  await using locked = await createTestDatabase();
  const holder = locked.db.dedicatedClient();
  await holder.unsafe('begin; lock table payments in access exclusive mode');
  await expect(copyAll(locked.db)).rejects.toThrow(DatabaseUnavailableError);
  await holder.end({ timeout: 0 });
});
