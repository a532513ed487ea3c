import { expect, test } from 'vitest';
import { providerFiles } from '../testing/provider-files.ts';
import { readPayments } from './read-payments.ts';
import { dryRun } from './sending/dry-run.ts';

async function* bytesOf(text: string) {
  yield new TextEncoder().encode(text);
}

test.each(providerFiles)('$name is read to the cent', async (file) => {
  const names: string[] = [];
  const rows = readPayments(bytesOf(file.text), {
    format: 'csv',
    defaultCurrency: () => 'USD',
    onReading: ({ mapping }) => names.push(mapping.name),
    ...(file.dateFormat !== undefined && { change: { dateFormat: file.dateFormat } }),
  });
  const bad: unknown[] = [];
  const { good, leftOut, refunded, sumsMinor } = await dryRun(rows, { onBadRow: (row) => bad.push(row) });
  expect(bad).toEqual([]);
  expect(names).toEqual([file.preset]);
  expect({ good, leftOut: Object.values(leftOut).reduce((a, b) => a + b, 0), refunded, sumsMinor }).toEqual({
    good: file.good,
    leftOut: file.leftOut,
    refunded: file.refunded,
    sumsMinor: file.sumsMinor,
  });
});
