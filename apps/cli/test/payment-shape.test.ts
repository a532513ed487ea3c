import { expect, test } from 'vitest';
import { jsonLines, openServerAndShell } from './run-paydeck.ts';

test('every command prints a payment in the shape of the export and of REST', async () => {
  await using env = await openServerAndShell();
  const { asOf } = await env.admin.api.payments.list.query();
  const { id } = await env.admin.api.payments.create.mutate({
    amountMinor: 123_456,
    currency: 'KWD',
    method: 'credit_card',
    receiver: 'Ada',
    status: 'failed',
    failureCode: 'card_declined',
  });
  const linesOf = async (...args: string[]) => jsonLines((await env.run(args)).stdout);
  const [exported] = await linesOf('payments', 'export', '--format', 'jsonl');
  expect(exported).toMatchObject({ id, amount: 123.456, currency: 'KWD', failureCode: 'card_declined' });
  expect(await linesOf('payments', 'list', '--json')).toEqual([exported]);
  const tail = ['payments', 'tail', '--since', String(asOf), '--count', '1', '--json'];
  expect(await linesOf(...tail)).toMatchObject([{ type: 'payment_created', payment: exported }]);
  const { stdout } = await env.run(['payments', 'get', id, '--json']);
  expect(JSON.parse(stdout)).toEqual(exported);
  const rest = await fetch(`${env.server.url}/api/payments/${id}`, {
    headers: { authorization: `Bearer ${env.key}` },
  });
  expect(exported).toEqual(Object.assign(exported ?? {}, await rest.json()));
});
