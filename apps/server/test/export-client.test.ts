import { createServer } from 'node:http';
import { createClient, type PaydeckClient } from '@paydeck/client';
import { exportPayments } from '@paydeck/client/export';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPathProxy } from '../testing/path-proxy.ts';
import { adminCredentials, startTestServer, type TestServer } from '../testing/start-test-server.ts';

let server: TestServer;
let admin: PaydeckClient;
beforeAll(async () => {
  server = await startTestServer();
  admin = await server.signedInClient();
  const payments = Array.from({ length: 900 }, (_, n) => ({
    amountMinor: n + 1,
    currency: ['USD', 'JPY', 'KWD'][n % 3] ?? 'USD',
    method: 'credit_card' as const,
    receiver: `Say "${n}",\nü`,
    description: 'x, '.repeat(n % 100),
    createdAt: '2025-01-01T00:00:00Z',
  }));
  await admin.api.payments.createMany.mutate({ payments });
});
afterAll(() => server[Symbol.asyncDispose]());

/** Reads a whole export. Returns its text and its summary. */
async function readAll(client: PaydeckClient, options: Parameters<typeof exportPayments>[1]) {
  const file = await exportPayments(client, options);
  const pieces: Buffer[] = [];
  for await (const chunk of file.chunks) pieces.push(chunk);
  return { text: Buffer.concat(pieces).toString(), summary: file.summary ?? expect.unreachable() };
}

test.each(['csv', 'jsonl'] as const)(
  '%s arrives complete, and is checked against its trailers',
  async (format) => {
    const { text, summary } = await readAll(admin, { format });
    const { asOf, total } = await admin.api.payments.list.query({ limit: 1 });
    const everyThird = (first: number) => {
      const amounts = Array.from({ length: 300 }, (_, n) => first + 3 * n);
      return BigInt(amounts.reduce((sum, amount) => sum + amount, 0));
    };
    const sums = [...summary.sums].sort();
    expect({ ...summary, sums }).toEqual({
      rows: total,
      asOf,
      sums: [
        ['JPY', everyThird(2)],
        ['KWD', everyThird(3)],
        ['USD', everyThird(1)],
      ],
    });
    if (format === 'jsonl') expect(text.trimEnd().split('\n')).toHaveLength(900);
  },
);

test.each(['csv', 'jsonl'] as const)(
  '%s arrives complete through a proxy that drops trailers',
  async (format) => {
    await using proxy = await startPathProxy(server.url, { path: '/pay' });
    await using client = createClient({ url: proxy.url });
    await client.signIn(adminCredentials);
    const direct = await readAll(admin, { format });
    const proxied = await readAll(client, { format });
    expect(proxied.text).toBe(direct.text);
    expect(proxied.summary).toEqual(direct.summary);
    expect(proxied.text).not.toMatch(/"rows":/);
    expect((await readAll(client, { format, filter: { search: 'nothing like this' } })).summary).toEqual({
      rows: 0,
      sums: new Map(),
      asOf: null,
    });
  },
);

test.each(['comma', 'semicolon', 'tab'] as const)(
  'CSV with more columns, a byte order mark and the separator %s arrives complete',
  async (separator) => {
    const csv = { columns: ['currency', 'failureCode'], separator, bom: true } as const;
    const { text, summary } = await readAll(admin, { format: 'csv', csv });
    const between = { comma: ',', semicolon: ';', tab: '\t' }[separator];
    const titles = 'ID,Amount,Method,Status,Receiver,Description,Currency,Failure Code,Created At';
    expect(text.split('\r\n')[0]).toBe(`\uFEFF${titles.replaceAll(',', between)}`);
    expect(summary).toEqual((await readAll(admin, { format: 'jsonl' })).summary);
  },
);

test('a file without a column for the currency is refused if its payments are in another one', async () => {
  const filter = { search: 'say' };
  const reading = readAll(admin, { format: 'csv', filter, onlyCurrency: 'USD' });
  await expect(reading).rejects.toThrow(
    'Payments in JPY, KWD were just recorded, and the file has no column',
  );
  const ofYen = { ...filter, currency: 'JPY' };
  const { summary } = await readAll(admin, { format: 'csv', filter: ofYen, onlyCurrency: 'JPY' });
  expect(summary.rows).toBe(300);
});

test('an export takes the same filter as a list', async () => {
  const filters = [
    { currency: 'JPY', minAmountMinor: 10, maxAmountMinor: 500 },
    { currency: 'usd', minAmountMinor: 150 },
    { search: 'SAY "12' },
    { from: '2025-01-01', to: '2025-01-01T00:00:00.001Z', status: ['pending' as const] },
    { to: '2025-01-01' },
    { method: ['bank_transfer' as const, 'digital_wallet' as const] },
  ];
  for (const filter of filters) {
    const { total } = await admin.api.payments.list.query({ filter, limit: 1 });
    expect((await readAll(admin, { format: 'csv', filter })).summary.rows, JSON.stringify(filter)).toBe(
      total,
    );
  }
  await expect(exportPayments(admin, { format: 'csv', filter: { minAmountMinor: 1 } })).rejects.toThrow(
    TypeError,
  );
});

test('the error of a refusal has an HTTP status, and that of an unreachable server has none', async () => {
  await using stranger = createClient({ url: server.url });
  await expect(exportPayments(stranger, { format: 'csv' })).rejects.toMatchObject({
    failure: 'refused',
    status: 401,
  });
  await using nowhere = createClient({ url: 'http://127.0.0.1:1' });
  await expect(exportPayments(nowhere, { format: 'csv' })).rejects.toMatchObject({
    failure: 'unreachable',
    status: null,
  });
});

const header = 'ID,Amount,Method,Status,Receiver,Description,Created At\r\n';
const row = 'x,12.50,credit_card,success,"a ""b""\r\nc",,2025-01-01T00:00:00.000Z\r\n';

/** Faulty exports: body, trailers, and the message about the fault. */
const faults: [what: string, body: string, trailers: Record<string, string> | 'cut', says: RegExp | null][] =
  [
    ['a whole file', header + row, { 'x-row-count': '1', 'x-sum-minor': 'USD=1250' }, null],
    ['a lost row', header, { 'x-row-count': '1', 'x-sum-minor': 'USD=1250' }, /sent 1 rows, and 0 arrived/],
    ['another amount', header + row, { 'x-row-count': '1', 'x-sum-minor': 'USD=1251' }, /do not add up/],
    ['no trailers', header + row, {}, /row count and sums at its end are missing/],
    ['a lost connection', header + row, 'cut', /connection was lost/],
  ];

test.each(faults)('%s is recognized as incomplete', async (_what, body, trailers, says) => {
  await using proxy = createServer((_request, response) => {
    response.writeHead(200, { trailer: 'x-row-count, x-sum-minor' });
    response.write(body, () => {
      if (trailers === 'cut') return void response.destroy();
      response.addTrailers(trailers);
      response.end();
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const address = proxy.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  await using client = createClient({ url: `http://127.0.0.1:${port}`, apiKey: 'pdk_x' });
  const reading = readAll(client, { format: 'csv' });
  if (says === null) expect((await reading).summary.rows).toBe(1);
  else await expect(reading).rejects.toThrow(says);
});
