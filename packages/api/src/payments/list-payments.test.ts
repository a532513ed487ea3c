import type { Payment } from '@paydeck/db/payments';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  arbitraryFilter,
  arbitraryPayment,
  type FilterInput,
  instantsBetween,
} from '../../testing/arbitrary-payments.ts';
import { isInFilter } from '../../testing/filter-oracle.ts';
import { createTestServices } from '../../testing/test-services.ts';

const instants = instantsBetween(new Date('2026-01-01T00:00:00Z'), new Date('2026-02-01T00:00:00Z'));

function inMemory(filter: FilterInput, payments: readonly Payment[]): Payment[] {
  return payments
    .filter((payment) => isInFilter(filter, payment))
    .sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime() || (a.id < b.id ? 1 : -1));
}

test('a list with any filter equals filtering in memory, by page and by cursor in both directions', async () => {
  await using run = await createTestServices();
  const { caller } = await run.signedIn('admin');
  const [inputs = []] = fc.sample(fc.array(arbitraryPayment(instants), { minLength: 300, maxLength: 300 }), {
    numRuns: 1,
    seed: 7,
  });
  const { payments } = await caller.payments.createMany({ payments: inputs });

  await fc.assert(
    fc.asyncProperty(arbitraryFilter(instants), fc.integer({ min: 1, max: 40 }), async (filter, limit) => {
      const expected = inMemory(filter, payments);
      const byPage: Payment[] = [];
      for (let page = 1; ; page++) {
        const answer = await caller.payments.list({ filter, page, limit });
        expect(answer).toMatchObject({ total: expected.length, totalIsExact: true, page });
        byPage.push(...answer.items);
        if (page >= answer.totalPages) break;
      }
      expect(byPage).toEqual(expected);

      const forwards: Payment[][] = [];
      let cursor: string | null | undefined;
      let answer = await caller.payments.list({ filter, limit });
      for (;;) {
        forwards.push(answer.items);
        cursor = answer.nextCursor;
        if (cursor === null) break;
        answer = await caller.payments.list({ filter, limit, cursor });
      }
      expect(forwards.flat()).toEqual(expected);

      const backwards: Payment[][] = [answer.items];
      while (answer.prevCursor !== null) {
        answer = await caller.payments.list({ filter, limit, cursor: answer.prevCursor });
        backwards.unshift(answer.items);
      }
      expect(backwards.flat()).toEqual(expected);
    }),
    { numRuns: 60 },
  );
});

test('a made-up cursor is refused', async () => {
  await using run = await createTestServices();
  const { caller } = await run.signedIn('viewer');
  for (const cursor of [
    'x',
    'bi4x',
    Buffer.from('n.1e99.00000000-0000-7000-8000-000000000001').toString('base64url'),
  ]) {
    await expect(caller.payments.list({ cursor })).rejects.toMatchObject({ reason: 'invalid_cursor' });
  }
  await expect(caller.payments.list({ cursor: 'x', page: 2 })).rejects.toThrow(
    'must not have both a page and a cursor',
  );
});

test('a total that was returned before is used only while the log is unchanged', async () => {
  await using run = await createTestServices();
  const { caller } = await run.signedIn('admin');
  const payment = { amountMinor: 100, method: 'credit_card', receiver: 'Jane Smith' } as const;
  const totals = async () => {
    const total = async (filter: FilterInput) => (await caller.payments.list({ filter })).total;
    const all = [await total({}), await total({ status: ['pending'] })];
    expect([await total({}), await total({ status: ['pending'] })]).toEqual(all);
    return all;
  };
  expect(await totals()).toEqual([0, 0]);
  const { id } = await caller.payments.create(payment);
  await caller.payments.create(payment);
  expect(await totals()).toEqual([2, 2]);
  await caller.payments.update({ id, status: 'success' });
  expect(await totals()).toEqual([2, 1]);
  // The log's position is 0 then, as it was for the first totals.
  await run.services.db.orm.execute('delete from events');
  expect(await totals()).toEqual([2, 1]);
  await caller.payments.create(payment);
  expect(await totals()).toEqual([3, 2]);
});

test('equal lists share an answer until the log moves', async () => {
  await using run = await createTestServices();
  const { caller } = await run.signedIn('admin');
  const { caller: viewer } = await run.signedIn('viewer');
  const payment = { amountMinor: 100, method: 'credit_card', receiver: 'Jane Smith' } as const;
  await caller.payments.create(payment);
  const first = await caller.payments.list({ limit: 5 });
  expect(await viewer.payments.list({ limit: 5 })).toBe(first);
  expect(await viewer.payments.list({ limit: 6 })).not.toBe(first);
  const created = await caller.payments.create(payment);
  const [second, third] = await Promise.all([
    caller.payments.list({ limit: 5 }),
    viewer.payments.list({ limit: 5 }),
  ]);
  expect(second).toBe(third);
  expect(second.items).toEqual([created, ...first.items]);
});
