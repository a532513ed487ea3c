import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvRowCounter } from './count-csv-rows.ts';

const cell = (text: string) => `"${text.replaceAll('"', '""')}"`;

test('counts rows with any text in their cells, and however the file is split into chunks', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.string(), { minLength: 1 })),
      fc.integer({ min: 1, max: 40 }),
      (rows, size) => {
        const lines = [['ID'], ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
        const bytes = new TextEncoder().encode(lines);
        const counter = csvRowCounter();
        for (let start = 0; start < bytes.length; start += size)
          counter.add(bytes.subarray(start, start + size));
        expect(counter.rows()).toBe(rows.length);
      },
    ),
  );
});
