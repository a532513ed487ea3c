import type { EveryPaymentField } from '@paydeck/client';
import { expect, test } from 'vitest';
import { jsonLines, openServerAndShell } from './run-paydeck.ts';

const book = ['--method', 'credit_card', '--receiver', 'Corner Bookshop'];

test('amounts are exact, with the decimals of their currency', async () => {
  await using env = await openServerAndShell();
  const create = (...args: string[]) => env.run(['payments', 'create', ...book, ...args]);
  const amounts: [string[], object][] = [
    [['--amount', '12.34'], { amount: 12.34, currency: 'USD' }],
    [['--amount', '1000000'], { amount: 1_000_000, currency: 'USD' }],
    [['--amount', '500', '--currency', 'jpy'], { amount: 500, currency: 'JPY' }],
    [['--amount', '1.234', '--currency', 'KWD'], { amount: 1.234, currency: 'KWD' }],
  ];
  for (const [args, payment] of amounts) {
    const { code, stdout, stderr } = await create(...args, '--json');
    expect({ code, stderr, payment: JSON.parse(stdout) }).toMatchObject({ code: 0, stderr: '', payment });
  }
  const refused = {
    '12.345': 'USD has 2 decimals',
    '1,000': 'it must have no comma',
    '-5': 'it must not be negative',
    '1e3': 'it must have only digits',
    ten: 'it must have only digits',
  };
  for (const [amount, reason] of Object.entries(refused))
    expect(await create('--amount', amount)).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining(`--amount “${amount}” is not an amount of USD: ${reason}`),
    });
  expect(await create('--amount', '5', '--currency', 'XXQ')).toMatchObject({ code: 2, stdout: '' });
  expect(await create('--amount', '1000000.01')).toMatchObject({ code: 2, stdout: '' });
  expect((await env.admin.api.payments.list.query()).total).toBe(amounts.length);
});

test('every field of a payment can be given as an option, and is shown', async () => {
  await using env = await openServerAndShell();
  const { amountMinor, ...fields }: EveryPaymentField = {
    amountMinor: 4_990,
    currency: 'EUR',
    method: 'bank_transfer',
    status: 'failed',
    receiver: 'Corner Bookshop',
    description: 'Three books',
    failureCode: 'card_declined',
    failureMessage: 'Declined by the bank',
  };
  const options = Object.entries(fields).flatMap(([field, value]) => [
    `--${field.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
    String(value),
  ]);
  const create = ['payments', 'create', '--amount', '49.90', ...options];
  const { stdout } = await env.run([...create, '--json']);
  expect(JSON.parse(stdout)).toMatchObject({ amount: amountMinor / 100, ...fields });
  const shown = (await env.run(create)).stdout;
  for (const value of ['49.90', ...Object.values(fields)]) expect(shown).toContain(value);
});

test('a receiver and a description are corrected, and the history keeps the old ones', async () => {
  await using env = await openServerAndShell();
  const created = await env.run(['payments', 'create', '--amount', '49.90', ...book, '--json']);
  const { id } = JSON.parse(created.stdout);
  const correct = (...args: string[]) => env.run(['payments', 'correct', id, ...args]);
  expect(await correct()).toMatchObject({ code: 2, stderr: expect.stringContaining('--receiver') });
  expect(await correct('--receiver', 'X')).toMatchObject({ code: 2, stdout: '' });

  const { code, stdout } = await correct('--receiver', 'Korner Bookshop', '--description', 'Books', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ id, receiver: 'Korner Bookshop', description: 'Books' });
  const removed = await correct('--description', '', '--json');
  expect(JSON.parse(removed.stdout)).toMatchObject({ receiver: 'Korner Bookshop', description: null });
  const shown = await env.run(['payments', 'get', id, '--history']);
  expect(shown.stdout).toContain('receiver: Corner Bookshop → Korner Bookshop');
});

test('a payment is shown, settled once, and has a history', async () => {
  await using env = await openServerAndShell();
  const once = ['payments', 'create', '--amount', '49.90', ...book, '--idempotency-key', 'order-7', '--json'];
  const [first, again] = [await env.run(once), await env.run(once)];
  expect(again).toEqual(first);
  const { id } = JSON.parse(first.stdout);
  const other = once.with(3, '50');
  expect(await env.run(other)).toMatchObject({ code: 4 });

  const settle = ['payments', 'set-status', id, 'failed', '--failure-code', 'card_declined'];
  expect(await env.run(settle)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/failure code +card_declined/),
  });
  expect(await env.run(settle)).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('This one is failed'),
  });
  expect(await env.run(['payments', 'set-status', id, 'pending'])).toMatchObject({ code: 2 });

  const { stdout } = await env.run(['payments', 'get', id, '--history']);
  expect(stdout).toMatch(/amount +49\.90 USD/);
  expect(stdout).toMatch(/admin, API key “script” +status: pending → failed; failureCode: – → card_declined/);
  const json = JSON.parse((await env.run(['payments', 'get', id, '--history', '--json'])).stdout);
  expect(json).toMatchObject({ id, status: 'failed', history: [{ type: 'created' }, { type: 'updated' }] });

  const absent = '00000000-0000-7000-8000-00000000dead';
  expect(await env.run(['payments', 'get', absent])).toMatchObject({ code: 4 });
  expect(await env.run(['payments', 'get', 'x'])).toMatchObject({ code: 2 });
});

test('every filter works as in the API; the output is a table, or JSON Lines', async () => {
  await using env = await openServerAndShell();
  const row = (more: object) => ({
    amountMinor: 1000,
    method: 'credit_card' as const,
    receiver: 'Bob',
    ...more,
  });
  await env.admin.api.payments.createMany.mutate({
    payments: [
      row({ status: 'failed', createdAt: '2025-01-01T00:00:00Z', receiver: 'Evil \u0085\u009b2J Ltd' }),
      row({ method: 'digital_wallet', createdAt: '2025-01-02T00:00:00Z', description: 'Order 7' }),
      row({ amountMinor: 250_050, status: 'success', currency: 'EUR', createdAt: '2025-01-03T00:00:00Z' }),
      row({ amountMinor: 250_050, status: 'success', createdAt: '2025-01-04T00:00:00Z' }),
    ],
  });
  const count = async (...args: string[]) =>
    jsonLines((await env.run(['payments', 'list', '--json', ...args])).stdout).length;
  const counts: [string, number][] = [
    ['', 4],
    ['--status failed,pending', 2],
    ['--status failed --status success', 3],
    ['--method digital_wallet', 1],
    ['--currency eur', 1],
    ['--from 2025-01-02 --to 2025-01-04T00:00:00Z', 2],
    ['--from 2025-01-02 --to 2025-01-02', 1],
    ['--failure-code insufficient_funds', 0],
    ['--min-amount 2500.50', 1],
    ['--min-amount 10 --max-amount 10.00 --currency USD', 2],
    ['--search ORDER', 1],
    ['--limit 1 --page 4', 1],
    ['--page 2', 0],
  ];
  for (const [args, expected] of counts)
    expect(await count(...args.split(' ').filter(Boolean)), args).toBe(expected);

  const { stdout } = await env.run(['payments', 'list', '--limit', '3']);
  expect(stdout).toMatch(/2,500\.50 +USD +credit_card +success +Bob/);
  expect(stdout).toMatch(/\n3 of 4; page 1 of 2\n$/);
  expect((await env.run(['payments', 'list', '--page', '99999'])).stdout).toBe(
    'There is no page 99,999. The last of 4 payments is on page 1.\n',
  );
  expect((await env.run(['payments', 'list', '--from', '7d'])).stdout).toBe('No payments match.\n');
  const all = (await env.run(['payments', 'list'])).stdout;
  expect(all.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  expect(await env.run(['payments', 'list', '--status', 'paid'])).toMatchObject({ code: 2, stdout: '' });
  expect(await env.run(['payments', 'list', '--from', 'yesterday'])).toMatchObject({ code: 2, stdout: '' });
  expect(await env.run(['payments', 'list', '--from', '2025-02-01', '--to', '2025-01-01'])).toMatchObject({
    code: 2,
  });
});

test('stats and failures show the answers of the API', async () => {
  await using env = await openServerAndShell();
  const payment = { amountMinor: 125_000, method: 'credit_card', receiver: 'Bob' } as const;
  await env.admin.api.payments.create.mutate({ ...payment, status: 'success' });
  await env.admin.api.payments.create.mutate({ ...payment, status: 'failed', failureCode: 'card_declined' });
  const plain = (value: unknown) => JSON.parse(JSON.stringify(value));
  const json = async (...args: string[]) => JSON.parse((await env.run([...args, '--json'])).stdout);
  const { dashboard, revenue, failures } = env.admin.api.stats;
  const timeZone = 'Europe/Berlin';
  expect(await json('stats', '--time-zone', timeZone)).toEqual(plain(await dashboard.query({ timeZone })));
  const byMonth = { interval: 'month', currency: 'USD', from: '2025-01-01' } as const;
  expect(await json('stats', '--by', 'month', '--currency', 'USD', '--from', '2025-01-01')).toEqual(
    plain(await revenue.query(byMonth)),
  );
  const byWeek = { interval: 'week', weekStartsOn: 'sunday', from: '2025-01-01', to: '2025-03-01' } as const;
  const week = ['--by', 'week', '--week-starts-on', 'sunday', '--from', '2025-01-01', '--to', '2025-02-28'];
  expect(await json('stats', ...week)).toEqual(plain(await revenue.query(byWeek)));
  const comparedUntil = /compared until +\d\d:\d\d/;
  expect((await env.run(['stats'])).stdout).toMatch(/^compared until +\d\d:\d\d/m);
  expect((await env.run(['stats', '--from', '2025-01-01', '--to', '2025-01-31'])).stdout).toMatch(
    /^today and this week compared until +\d\d:\d\d/m,
  );
  expect((await env.run(['stats', '--compare', 'whole'])).stdout).not.toMatch(comparedUntil);
  expect(await json('failures')).toEqual(plain(await failures.query({})));
  expect((await env.run(['stats'])).stdout).toMatch(/revenue +1,250\.00 USD +\(before: 0\.00 USD\)/);
  expect((await env.run(['failures', '--from', '2020-01-01'])).stdout).toMatch(
    /card_declined +credit_card +1 +100/,
  );
});
