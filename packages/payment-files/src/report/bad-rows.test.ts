import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ReadOptions, readPayments } from '../read-payments.ts';
import { dryRun } from '../sending/dry-run.ts';
import type { BadRow } from '../sending/send-rows.ts';
import { badRowsFile } from './bad-rows.ts';

async function* bytesOf(text: string) {
  yield new TextEncoder().encode(text);
}

/** The bad rows of a file, as the file that is saved of them, and the receivers of its good rows. */
async function read(text: string, options: Partial<ReadOptions> = {}) {
  const bad: BadRow[] = [];
  const receivers: string[] = [];
  let reading = { header: [] as readonly string[], separator: ',' };
  const rows = readPayments(bytesOf(text), {
    format: 'csv',
    defaultCurrency: () => 'USD',
    onReading: (found) => {
      reading = found;
    },
    ...options,
  });
  async function* noted() {
    for await (const row of rows) {
      if ('payment' in row) receivers.push(row.payment.receiver);
      yield row;
    }
  }
  const { unknown } = await dryRun(noted(), { onBadRow: (row) => bad.push(row) });
  return { receivers, unknown, report: [...badRowsFile(reading, bad)].join('') };
}

const file = [
  'Receiver;Amount;Method',
  'Ada;1.00;credit_card',
  '=Bob;-2.00;credit_card',
  '"Cy ""the; one""";3.00;cash',
  'Dora;4.00',
  'Eve;5.00;credit_card;x',
  'F;6.00;credit_card',
  '',
].join('\n');

test('bad rows are a file with the columns of the imported one, each with its line and problem', async () => {
  const { receivers, unknown, report } = await read(file);
  expect(receivers).toEqual(['Ada']);
  expect(unknown).toEqual([{ field: 'method', text: 'cash', count: 1 }]);
  expect(report.replace('\uFEFF', '').trimEnd().split('\r\n')).toEqual([
    'Receiver;Amount;Method;Line;Problem',
    "'=Bob;-2.00;credit_card;3;amount must be an amount of USD, not -2.00: it must not be negative",
    '"Cy ""the; one""";3.00;cash;4;method must be credit_card, bank_transfer, or digital_wallet, not cash',
    'Dora;4.00;;5;must have 3 cells, as the header has, not 2',
    '"Eve;5.00;credit_card;x";;;6;must have 3 cells, as the header has, not 4',
    'F;6.00;credit_card;7;receiver must have at least 2 characters',
  ]);
});

test('a corrected file of bad rows is imported as it is', async () => {
  const { report } = await read(file);
  const corrected = report
    .replace('-2.00', '2.00')
    .replace('cash', 'credit_card')
    .replace('Dora;4.00;', 'Dora;4.00;credit_card')
    .replace('"Eve;5.00;credit_card;x";;', 'Eve;5.00;credit_card')
    .replace('F;6', 'Fay;6');
  expect(await read(corrected)).toMatchObject({
    receivers: ['=Bob', 'Cy "the; one"', 'Dora', 'Eve', 'Fay'],
    unknown: [],
  });
});

test('an own meaning of a text is added to those of a preset', async () => {
  const mollie =
    'Date,Payment method,Currency,Amount,Status,ID,Description\n2026-01-01,Pigeon,EUR,1.00,paid,tr_1,Order\n2026-01-01,iDEAL,EUR,1.00,paid,tr_2,Order\n';
  expect((await read(mollie)).unknown).toEqual([{ field: 'method', text: 'Pigeon', count: 1 }]);
  const change = { values: { method: { Pigeon: 'bank_transfer' } } };
  expect(await read(mollie, { change })).toMatchObject({ receivers: ['Order', 'Order'], unknown: [] });
});

test('JSON Lines have a report, too', async () => {
  const { report } = await read('{"amount":1}\n', { format: 'jsonl' });
  expect(report).toBe(
    '\uFEFFRow,Line,Problem\r\n"{""amount"":1}",1,"method must be credit_card, bank_transfer, or digital_wallet"\r\n',
  );
});

test.each([
  ['1.500', 'amount “1.500” must have no more decimals than USD has'],
  ['1.500,00', 'amount must be a number with a decimal point'],
])('with a decimal point, %s is refused and not read as one and a half', async (amount, problem) => {
  const text = `Receiver;Amount;Method\nAda;${amount};credit_card\n`;
  expect((await read(text, { change: { decimal: 'point' } })).report).toContain(problem);
  const read1500 = await read(text, { change: { decimal: 'comma' } });
  expect(read1500.receivers).toEqual(['Ada']);
});

test('a column that a mapping reads must not be there twice', async () => {
  const text = 'Betrag;Betrag;Name\n1;2;Ada\n';
  const change = { columns: { amount: { first: ['Betrag'] }, receiver: { first: ['Name'] } } };
  await expect(read(text, { change })).rejects.toThrow('must have the column “Betrag” only once');
});

test('texts of a report come back as they were, whatever a spreadsheet would take for a formula', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.string({ unit: fc.constantFrom('a', "'", ' ', '"', ';', ',', '\t', '\n', '-', '=', '5') }),
        {
          minLength: 1,
          maxLength: 5,
        },
      ),
      fc.constantFrom(',', ';'),
      async (texts, separator) => {
        const receivers = texts.map((text) => `${text}.xx`);
        const rows = receivers.map((text) => ({
          line: 1,
          problem: 'is bad',
          text: `"${text.replaceAll('"', '""')}"${separator}1.00${separator}credit_card`,
        }));
        const layout = { header: ['Name', 'Betrag', 'Art'], separator };
        const columns = { receiver: 'Name', amount: 'Betrag', method: 'Art' };
        const change = {
          columns: Object.fromEntries(
            Object.entries(columns).map(([field, title]) => [field, { first: [title] }]),
          ),
        };
        const report = [...badRowsFile(layout, rows)].join('');
        const found = await read(report, { change, preset: 'own' });
        // Cells are trimmed, as the server trims texts.
        expect(found.receivers).toEqual(receivers.map((text) => text.trim()));
      },
    ),
  );
});
