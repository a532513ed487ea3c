import { expect, test } from 'vitest';
import { type ReadOptions, readPayments } from './read-payments.ts';

async function read(text: string, options: Partial<ReadOptions> = {}) {
  async function* pieces() {
    yield new TextEncoder().encode(text);
  }
  const rows = readPayments(pieces(), { format: 'csv', defaultCurrency: () => 'USD', ...options });
  const found: (string | number)[] = [];
  for await (const row of rows)
    found.push('payment' in row ? row.payment.amountMinor : 'leftOut' in row ? row.leftOut : row.problem);
  return found;
}

const id = 'B6B1E2A4-7f2c-4a8e-9d3f-2c5f0e9a1b11';
const other = (line: number) => `must not have the id or reference of line ${line}, which is another payment`;
const twice = 'the file has the row twice';

test('an id stands for one payment of a file', async () => {
  const rows = [`${id},1`, `${id},2`, `${id.toLowerCase()},1`, ',1', ',1'];
  const text = ['ID,Amount,Method,Receiver', ...rows.map((row) => `${row},credit_card,Ada`)].join('\n');
  expect(await read(text)).toEqual([100, other(2), twice, 100, 100]);
});

test('a reference stands for one payment of a file', async () => {
  const text = 'Ref,Amount,Method,Receiver\n1,5,credit_card,Ada\n1,6,credit_card,Ada\n2,6,credit_card,Ada\n';
  expect(await read(text, { change: { reference: ['Ref'] }, ignoresOtherColumns: true })).toEqual([
    500,
    other(2),
    600,
  ]);
});

test('an id that is refused may come again, in JSON Lines too', async () => {
  const line = (amount: number) =>
    JSON.stringify({ id, amount, method: 'credit_card', receiver: 'Ada', createdAt: '2026-01-31' });
  expect(await read([0, 1, 2].map(line).join('\n'), { format: 'jsonl' })).toEqual([
    'amount must be greater than 0',
    100,
    other(2),
  ]);
});
