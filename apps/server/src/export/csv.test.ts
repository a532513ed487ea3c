import { buffer } from 'node:stream/consumers';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { crlfRows, unusualExponents } from './csv.ts';

/** A cell as COPY writes it. */
const copied = (cell: string) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
const pieces = fc.constantFrom('"', ',', '\n', '\r', '\r\n', '""', 'a', 'ü', '🦊', ' ', '');
const cells = fc.array(pieces, { maxLength: 6 }).map((parts) => parts.join(''));
const rows = fc.array(fc.array(cells, { minLength: 1, maxLength: 4 }), { maxLength: 8 });

/** The bytes in chunks, which end anywhere: inside quotes, between CR and LF, within a character. */
const cut = (bytes: Buffer, ends: readonly number[]) => {
  const places = [0, ...ends.map((end) => end % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, n) => bytes.subarray(places[n], end));
};

test('rows end with CRLF and cells stay as they are, however the bytes are cut', async () => {
  const property = fc.asyncProperty(rows, fc.array(fc.nat(), { maxLength: 10 }), async (table, ends) => {
    const lines = table.map((row) => row.map(copied).join(','));
    const input = Buffer.from(lines.map((line) => `${line}\n`).join(''));
    const transform = crlfRows();
    for (const chunk of cut(input, ends)) transform.write(chunk);
    transform.end();
    expect((await buffer(transform)).toString()).toBe(lines.map((line) => `${line}\r\n`).join(''));
  });
  await fc.assert(property, { numRuns: 500 });
});

test('currencies with other than two decimals are known', () => {
  expect(unusualExponents().get(0)).toContain('JPY');
  expect(unusualExponents().get(3)).toContain('KWD');
  expect([...unusualExponents().values()].flat()).not.toContain('USD');
});
