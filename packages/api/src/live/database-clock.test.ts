import { afterEach, expect, test, vi } from 'vitest';
import { createTestServices } from '../../testing/test-services.ts';

afterEach(() => void vi.useRealTimers());

test.each([-1, 1])(
  'today is that of the database, whose clock the server’s differs from by %i day',
  async (days) => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + days * 24 * 60 * 60_000 });
    await using run = await createTestServices();
    const { caller } = await run.signedIn('admin');
    await caller.payments.create({ amountMinor: 100, method: 'credit_card', receiver: 'Corner Bookshop' });
    const { totalTransactionsToday, revenueChart } = await caller.stats.dashboard({});
    expect(totalTransactionsToday).toBe(1);
    const [row] = await run.services.db.orm.execute<{ today: string }>(
      `select to_char(now() at time zone 'UTC', 'YYYY-MM-DD') as today`,
    );
    expect(revenueChart.at(-1)?.date).toBe(row?.today);
  },
);
