import { formatAmount } from '@paydeck/contract/money';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { countCsvRows, countJsonLines } from './count-rows.ts';

const payment = fc.record({
  amountMinor: fc.integer({ min: 1, max: 1_000_000_000_000 }),
  currency: fc.constantFrom('USD', 'JPY', 'KWD'),
  receiver: fc.string({ unit: fc.constantFrom('a', '"', ',', ';', '\t', '\n', '\r', 'ü', '1', '.') }),
});
type Payment = typeof payment extends fc.Arbitrary<infer T> ? T : never;

const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
const csvBetween =
  (separator: string, mark = '.') =>
  (payments: readonly Payment[]) =>
    [
      '\uFEFFID,Amount,Receiver'.replaceAll(',', separator),
      ...payments.map(({ amountMinor, currency, receiver }) =>
        ['x', formatAmount(amountMinor, currency).replace('.', mark), quoted(receiver)].join(separator),
      ),
    ]
      .map((row) => `${row}\r\n`)
      .join('');
const jsonLines = (payments: readonly Payment[]) =>
  payments
    .map(({ amountMinor, currency, receiver }) => {
      const amount = Number(formatAmount(amountMinor, currency));
      return `${JSON.stringify({ amount, currency, receiver })}\n`;
    })
    .join('');

test.each([
  ['CSV', csvBetween(','), () => countCsvRows()],
  ['CSV with semicolons', csvBetween(';'), () => countCsvRows('semicolon')],
  ['CSV with tabs', csvBetween('\t'), () => countCsvRows('tab')],
  ['CSV with decimal commas', csvBetween(';', ','), () => countCsvRows('semicolon', 'comma')],
  ['CSV with tabs and decimal commas', csvBetween('\t', ','), () => countCsvRows('tab', 'comma')],
  ['JSON Lines', jsonLines, countJsonLines],
] as const)(
  'rows and amounts of %s are counted, however the file is divided into pieces',
  (_name, write, counterOf) => {
    fc.assert(
      fc.property(
        fc.array(payment),
        fc.infiniteStream(fc.integer({ min: 1, max: 40 })),
        (payments, sizes) => {
          const file = Buffer.from(write(payments));
          const counter = counterOf();
          for (let at = 0; at < file.length; ) {
            const size = sizes.next().value;
            counter.add(file.subarray(at, at + size));
            at += size;
          }
          const sums = new Map<string, bigint>();
          for (const { currency, amountMinor } of payments)
            sums.set(currency, (sums.get(currency) ?? 0n) + BigInt(amountMinor));
          expect(counter.rows).toBe(payments.length);
          expect(counter.addsUpTo(sums)).toBe(true);
          expect(counter.addsUpTo(new Map(sums).set('USD', (sums.get('USD') ?? 0n) + 1n))).toBe(false);
        },
      ),
    );
  },
);
