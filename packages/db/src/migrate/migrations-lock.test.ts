import { expect, test, vi } from 'vitest';
import { createTestDatabase } from '../../testing/test-database.ts';
import { migrateDatabase } from './migrations.ts';
import { SchemaError } from './schema-error.ts';

test('a start behind another session’s lock says who holds it, and begins when it is free', async () => {
  await using test = await createTestDatabase({ empty: true });
  const holder = test.db.dedicatedClient();
  await holder`select set_config('application_name', 'psql of an operator', false), pg_advisory_lock(7239478162)`;
  const [row] = await holder`select pg_backend_pid() as pid`;
  const notices: string[] = [];
  const migrating = migrateDatabase(test.db, { onWait: (notice) => notices.push(notice), noticeMs: 10 });
  await vi.waitFor(() => expect(notices.length).toBeGreaterThan(1), { timeout: 20_000 });
  expect(notices[0]).toContain(
    `Process ${row?.pid} of PostgreSQL holds it (application "psql of an operator" at`,
  );
  expect(notices[0]).toMatch(/connected at 20\d\d-.* UTC, and is idle since 20\d\d-.* UTC\./);
  await holder.end();
  expect((await migrating).applied).toBeGreaterThan(0);
});

test('a start does not wait without end for the lock', async () => {
  await using test = await createTestDatabase({ empty: true });
  const holder = test.db.dedicatedClient();
  await holder`select pg_advisory_lock(7239478162)`;
  const refused = migrateDatabase(test.db, { limitMs: 10 });
  await expect(refused).rejects.toThrow(SchemaError);
  await expect(refused).rejects.toThrow(/must have their lock.* holds it .*pg_terminate_backend/);
  await holder.end();
});
