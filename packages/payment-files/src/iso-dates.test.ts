import { expect, test } from 'vitest';
import { readPayments } from './read-payments.ts';

async function read(createdAt: string, timeZone?: string, dateFormat?: string) {
  async function* pieces() {
    yield new TextEncoder().encode(`Amount,Method,Receiver,Created At\n1,credit_card,Ada,${createdAt}\n`);
  }
  const change = { ...(timeZone && { timeZone }), ...(dateFormat && { dateFormat }) };
  const rows = readPayments(pieces(), { format: 'csv', defaultCurrency: () => 'USD', change });
  for await (const row of rows) return 'payment' in row ? row.payment.createdAt : row;
  return null;
}

test.each([
  ['2026-01-31', 'Europe/Berlin', '2026-01-30T23:00:00.000Z'],
  ['2026-01-31T09:30', 'Europe/Berlin', '2026-01-31T08:30:00.000Z'],
  ['2026-01-31T09:30:05.250', 'America/New_York', '2026-01-31T14:30:05.250Z'],
  ['2026-01-31T09:30:05', undefined, '2026-01-31T09:30:05.000Z'],
  ['2026-01-31T09:30:05-08:00', 'Europe/Berlin', '2026-01-31T09:30:05-08:00'],
  ['2026-01-31T09:30:05Z', 'Europe/Berlin', '2026-01-31T09:30:05Z'],
  ['2026-01-31', undefined, '2026-01-31'],
  ['2024-02-29', undefined, '2024-02-29'],
])('without a date format, %s in the zone %s is %s', async (text, zone, instant) => {
  expect(await read(text, zone)).toBe(instant);
});

test.each([
  ['2026-02-30', undefined],
  ['2026-02-30', 'Europe/Berlin'],
  ['2026-02-29T10:00:00Z', undefined],
  ['2026-01-31T24:00:00Z', undefined],
  ['2026-03-29T02:30:00', 'Europe/Berlin'],
  ['2026-01-31T', 'Europe/Berlin'],
  ['2026-01-31 10:00', 'Europe/Berlin'],
  ['31.01.2026', undefined],
])('%s in the zone %s is refused, before the server is asked', async (text, zone) => {
  expect(await read(text, zone)).toMatchObject({ problem: expect.stringMatching(/^createdAt must be/) });
});

test('a row without a date is refused in a file whose dates have a named format', async () => {
  expect(await read('', 'UTC', 'DD.MM.YYYY')).toMatchObject({
    problem: 'createdAt must be given: the row has no date',
  });
  expect(await read('')).toBeUndefined();
});
