import { buffer } from 'node:stream/consumers';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { emptyTally, fileRows } from './file-rows.ts';
import { formats } from './formats.ts';

/** A cell as COPY writes it. */
const copied = (cell: string) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
const pieces = fc.constantFrom('"', ',', '\n', '\r', '\r\n', '""', 'a', 'ü', '🦊', ' ', '');
const cells = fc.array(pieces, { maxLength: 6 }).map((parts) => parts.join(''));
const rows = fc.array(fc.array(cells, { minLength: 1, maxLength: 4 }), { maxLength: 8 });

/** Cuts the bytes into chunks at any place: inside quotes, between CR and LF, within a character. */
const cut = (bytes: Buffer, ends: readonly number[]) => {
  const bounds = [0, ...ends.map((end) => end % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return bounds.slice(1).map((end, n) => bytes.subarray(bounds[n], end));
};

/** The file and the tally for bytes that arrive in chunks. */
async function convert(format: keyof typeof formats, input: Buffer, ends: readonly number[]) {
  const tally = emptyTally();
  const transform = fileRows(formats[format], tally);
  for (const chunk of cut(input, ends)) transform.write(chunk);
  transform.end();
  return { file: (await buffer(transform)).toString(), tally };
}

const places = fc.array(fc.nat(), { maxLength: 10 });

test('rows end with CRLF and cells stay as they are, wherever the bytes are cut', async () => {
  const property = fc.asyncProperty(rows, places, async (table, ends) => {
    const lines = table.map((row) => row.map(copied).join(','));
    const input = Buffer.from(lines.map((line, n) => `7,USD,${n},${line}\n`).join(''));
    const { file, tally } = await convert('csv', input, ends);
    expect(file).toBe(lines.map((line) => `${line}\r\n`).join(''));
    expect(tally.rows).toBe(lines.length);
  });
  await fc.assert(property, { numRuns: 500 });
});

test('lines of JSON stay as they are', async () => {
  const values = fc.array(fc.dictionary(fc.string(), fc.string({ unit: 'grapheme' })), { maxLength: 8 });
  const property = fc.asyncProperty(values, places, async (objects, ends) => {
    const lines = objects.map((object) => `${JSON.stringify(object)}\n`);
    const input = Buffer.from(lines.map((line) => `7\x02USD\x021\x02${line}`).join(''));
    expect(await convert('jsonl', input, ends)).toMatchObject({
      file: lines.join(''),
      tally: { rows: lines.length },
    });
  });
  await fc.assert(property);
});

test('rows and sums are counted by currency, wherever the bytes are cut', async () => {
  const payment = fc.record({
    currency: fc.constantFrom('USD', 'JPY', 'KWD'),
    amount: fc.integer({ min: 1, max: 1_000_000_000 }),
  });
  const property = fc.asyncProperty(fc.array(payment), places, async (payments, ends) => {
    const input = payments.map(({ currency, amount }) => `12345678901,${currency},${amount},x\n`).join('');
    const { tally } = await convert('csv', Buffer.from(input), ends);
    const sums = new Map<string, number>();
    for (const { currency, amount } of payments) sums.set(currency, (sums.get(currency) ?? 0) + amount);
    expect(tally).toEqual({ rows: payments.length, sums, asOf: payments.length > 0 ? 12_345_678_901 : null });
  });
  await fc.assert(property);
});
