import { expect, test } from 'vitest';
import { compare } from '../src/verify/compare.ts';
import { openServerAndShell } from './run-paydeck.ts';

test('right figures pass, and wrong figures are listed', async () => {
  await using env = await openServerAndShell('viewer');
  expect(await env.run(['verify'])).toMatchObject({ code: 0, stdout: expect.stringContaining('0 payments') });
  const rows = (['USD', 'JPY', 'EUR'] as const).flatMap((currency) =>
    (['success', 'failed', 'pending'] as const).flatMap((status, n) =>
      ['1985-06-30T23:59:59.999Z', '2025-03-01T00:00:00Z', '2025-03-31T23:59:59.999Z'].map((createdAt) => {
        return {
          amountMinor: 1000 + n,
          method: 'credit_card' as const,
          receiver: 'Bob',
          currency,
          status,
          createdAt,
        };
      }),
    ),
  );
  await env.admin.api.payments.createMany.mutate({ payments: rows });
  const right = await env.run(['verify', '--json']);
  expect({ ...right, stdout: JSON.parse(right.stdout) }).toEqual({
    code: 0,
    stdout: { payments: 27, asOf: expect.any(Number), differences: [] },
    stderr: '',
  });

  await env.server.database.db.orm.execute(
    `insert into payments (id, amount_minor, currency, method, status, receiver, created_at, updated_at)
     values (gen_random_uuid(), 5, 'USD', 'credit_card', 'success', 'By hand', '2025-03-02Z', now())`,
  );
  const wrong = await env.run(['verify', '--json']);
  expect({ code: wrong.code, differences: JSON.parse(wrong.stdout).differences }).toEqual({
    code: 6,
    differences: expect.arrayContaining([
      { what: 'payments', shown: 27, recomputed: 28 },
      { what: 'payments USD credit_card success', shown: 3, recomputed: 4 },
      { what: 'revenue USD 2025-03', shown: 2000, recomputed: 2005 },
      { what: 'successes USD 2025-03', shown: 2, recomputed: 3 },
    ]),
  });
  expect(await env.run(['verify'])).toMatchObject({
    code: 6,
    stdout: expect.stringContaining('4 figures differ'),
  });
});

test('a payment that was written after an empty export is not a difference', async () => {
  await using env = await openServerAndShell();
  const { asOf } = await env.admin.api.payments.list.query();
  const payment = { amountMinor: 100, method: 'credit_card' as const, receiver: 'Bob' };
  await env.admin.api.payments.create.mutate(payment);
  const none = { payments: 0, currencies: new Set<string>(), groups: new Map(), months: new Map() };
  const found = compare(env.admin, { ...none, asOf, firstMonth: null, lastMonth: null });
  expect(await found).toBeNull();
});

test('while payments are being written it reports that, not differences', async () => {
  await using env = await openServerAndShell();
  let isOver = false;
  const write = async () => {
    while (!isOver)
      await env.admin.api.payments.create.mutate({ amountMinor: 1, method: 'credit_card', receiver: 'Bob' });
  };
  const writing = write();
  const { code, stderr } = await env.run(['verify', '--tries', '2']);
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('written during every try') });
  isOver = true;
  await writing;
  expect(await env.run(['verify'])).toMatchObject({ code: 0 });
});
