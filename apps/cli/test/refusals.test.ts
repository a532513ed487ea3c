import { expect, test } from 'vitest';
import { openServerAndShell } from './run-paydeck.ts';

test('a value that the server refuses is named with its option', async () => {
  await using env = await openServerAndShell();
  const create = ['payments', 'create', '--method', 'credit_card', '--amount', '5'];
  const refusals: [string[], string][] = [
    [['stats', '--time-zone', 'Mars/Base'], '--time-zone “Mars/Base” must be an IANA time zone'],
    [['payments', 'list', '--currency', 'XXQ'], '--currency “XXQ” must be an ISO 4217 currency code'],
    [['payments', 'list', '--from', '2025-02-01', '--to', '2025-01-01'], '--to “2025-01-01” must be after'],
    [['payments', 'list', '--from', '7d', '--to', '8d'], '--to “8d” must be after'],
    [['payments', 'list', '--search', 'x'.repeat(101)], '--search “xxx'],
    [[...create, '--receiver', 'X'], '--receiver “X” must have at least 2 characters'],
    [[...create, '--receiver', 'Ada', '--failure-code', 'card_declined'], '--failure-code “card_declined” '],
    [
      ['payments', 'list', '--min-amount', '1,234.50'],
      '--min-amount “1,234.50” is not an amount of USD: it must have no comma',
    ],
  ];
  for (const [args, message] of refusals) {
    const { code, stdout, stderr } = await env.run(args);
    expect({ code, stdout }, args.join(' ')).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`paydeck: ${message}`);
  }
});

test('lists without rows say so', async () => {
  await using env = await openServerAndShell();
  expect((await env.run(['payments', 'list'])).stdout).toBe('No payments match.\n');
  expect((await env.run(['failures'])).stdout).toMatch(/^No payments failed\.\n0 failed/);
});

test('failures --limit shows the groups with the most payments', async () => {
  await using env = await openServerAndShell();
  const failed = (failureCode: string) => ({
    amountMinor: 100,
    method: 'credit_card' as const,
    receiver: 'Ada',
    status: 'failed' as const,
    failureCode,
  });
  const payments = ['stolen_card', 'card_declined', 'card_declined', 'expired_card'].map(failed);
  await env.admin.api.payments.createMany.mutate({ payments });
  const { stdout } = await env.run(['failures', '--limit', '1']);
  expect(stdout).toMatch(/card_declined +credit_card +2 +50\.0 +2\.00/);
  expect(stdout).not.toContain('stolen_card');
  expect(stdout).toContain('and 2 more groups\n4 failed, 100.0 % of the settled payments');
  const json = JSON.parse((await env.run(['failures', '--limit', '1', '--json'])).stdout);
  expect(json).toMatchObject({ count: 4, items: [{ failureCode: 'card_declined', count: 2 }] });
});
