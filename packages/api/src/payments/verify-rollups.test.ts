import { repairRollups, verifyRollups } from '@paydeck/db/rollups';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { createTestServices } from '../../testing/test-services.ts';

const payment = { amountMinor: 1250, method: 'credit_card', receiver: 'Jane Smith' } as const;

test('verifyRollups finds a payment that was inserted by plain SQL, and repairRollups counts it', async () => {
  await using run = await createTestServices();
  const { caller, ctx } = await run.signedIn('admin');
  await caller.payments.create({ ...payment, status: 'success' });
  await ctx.db.orm.execute(sql`
    insert into payments (id, amount_minor, currency, method, status, receiver, created_at, updated_at)
    values (gen_random_uuid(), 500, 'USD', 'credit_card', 'success', 'By hand', '2025-05-05T05:05:05Z', now())`);
  const { differences } = await verifyRollups(ctx.db);
  expect(differences).toMatchObject([
    {
      rollup: 'quarter_hours',
      startsAt: '2025-05-05 05:00:00+00',
      stored: { count: 0 },
      actual: { count: 1, amountMinor: 500 },
    },
    { rollup: 'days', startsAt: '2025-05-05', stored: { count: 0 }, actual: { count: 1, amountMinor: 500 } },
  ]);
  expect(await repairRollups(ctx.db, differences)).toEqual({ days: 1 });
  expect((await verifyRollups(ctx.db)).differences).toEqual([]);
  expect(await caller.payments.list({ filter: { search: 'BY HAND' } })).toMatchObject({ total: 1 });
});
