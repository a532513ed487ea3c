import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import { repairRollups, verifyRollups } from '@paydeck/db/rollups';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openExport } from '../open-export.ts';
import { type RestApi, startRestApi } from './rest-api.ts';

const count = 20_000;
let api: RestApi;
let token: string;
beforeAll(async () => {
  api = await startRestApi();
  token = await api.signIn();
  const { db } = api.server.database;
  const client = db.dedicatedClient();
  await client`
    insert into payments (id, amount_minor, currency, method, status, receiver, description, created_at, updated_at)
    select gen_random_uuid(), n, (array['USD', 'JPY', 'KWD'])[n % 3 + 1], 'credit_card', 'success',
           'Say "' || n || '", \\ ' || chr(10) || 'ü', repeat('long ', 50), at, at
    from generate_series(1, ${count}::int) n,
      lateral (select timestamptz '2025-01-01Z' + n * interval '1 minute' as at) t`;
  await client.end();
  await repairRollups(db, (await verifyRollups(db)).differences);
});
afterAll(() => api[Symbol.asyncDispose]());

const open = (query = '', headers: Record<string, string> = {}) =>
  openExport(api.server.url, { token, query, headers });

const line = z.strictObject({
  id: z.uuid(),
  amount: z.number(),
  currency: z.string(),
  method: z.string(),
  status: z.string(),
  receiver: z.string(),
  description: z.string().nullable(),
  failureCode: z.string().nullable(),
  failureMessage: z.string().nullable(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});

test('JSON Lines has each payment as the REST API returns it', async () => {
  const { headers, text: file } = await api.get('/payments/export?format=jsonl&endDate=2025-01-02');
  expect(headers.get('content-disposition')).toBe('attachment; filename=payments-to-2025-01-02.jsonl');
  const lines = file
    .trimEnd()
    .split('\n')
    .map((json) => line.parse(JSON.parse(json)));
  expect(lines).toHaveLength(2 * 24 * 60 - 1);
  for (const shown of [lines[0], lines[1], lines[2]])
    expect((await api.get(`/payments/${shown?.id}`)).body).toEqual(shown);
});

/** Sums by currency, in minor units. */
const sumsOf = ({ trailers }: IncomingMessage) =>
  new Map(trailers['x-sum-minor']?.split(', ').map((part) => [part.slice(0, 3), Number(part.slice(4))]));

test('the trailers equal what was sent, and equal the stats as of the same position', async () => {
  const client = await api.server.signedInClient();
  // A write through the API, so that there is a log position.
  for (const [status, amount] of [
    ['success', 0.01],
    ['failed', 0.02],
    ['failed', 0.04],
    ['pending', 0.08],
  ] as const)
    await api.post('/payments', { amount, method: 'credit_card', status, receiver: 'Last' });
  for (const format of ['csv', 'jsonl']) {
    const reply = await open(`?format=${format}&startDate=2025-01-01&status=success`);
    const file = await text(reply);
    if (format === 'jsonl') expect(file.trimEnd().split('\n')).toHaveLength(count + 1);
    expect(reply.headers.trailer).toBe('x-row-count, x-sum-minor, x-as-of');
    expect(reply.trailers['x-row-count']).toBe(String(count + 1));
    const sums = sumsOf(reply);
    expect([...sums.keys()]).toEqual(['JPY', 'KWD', 'USD']);
    for (const [currency, sum] of sums) {
      const revenue = await client.api.stats.revenue.query({
        currency,
        from: '2025-01-01',
        interval: 'month',
      });
      expect({ currency, sum }).toEqual({ currency, sum: revenue.totalRevenueMinor });
      expect(reply.trailers['x-as-of']).toBe(String(revenue.asOf));
    }

    const failed = await open(`?format=${format}&startDate=2025-01-01&status=failed`);
    failed.resume();
    await once(failed, 'end');
    const { amountMinor, count: failures } = await client.api.stats.failures.query({ from: '2025-01-01' });
    expect([failed.trailers['x-row-count'], sumsOf(failed)]).toEqual([
      String(failures),
      new Map([['USD', amountMinor]]),
    ]);

    // Without a status filter, the sum covers all rows: successful, failed and pending.
    const all = await open(`?format=${format}&startDate=2025-01-01`);
    all.resume();
    await once(all, 'end');
    expect(all.trailers['x-row-count']).toBe(String(count + 4));
    expect(sumsOf(all).get('USD')).toBe((sums.get('USD') ?? 0) + amountMinor + 8);
  }
});

test('an export without payments is a header, with trailers that say zero rows', async () => {
  const reply = await open('?search=nobody');
  expect(await text(reply)).toBe('ID,Amount,Method,Status,Receiver,Description,Created At\r\n');
  expect(reply.trailers).toEqual({ 'x-row-count': '0', 'x-sum-minor': '' });
});

test('an export is compressed if the client accepts gzip', async () => {
  const plain = await open('', { 'accept-encoding': 'identity' });
  const expected = await text(plain);
  for (const asked of ['gzip', 'br;q=1, gzip;q=0.5', 'GZIP, deflate']) {
    const reply = await open('', { 'accept-encoding': asked });
    expect(reply.headers).toMatchObject({
      'content-encoding': 'gzip',
      vary: expect.stringContaining('Accept-Encoding'),
    });
    expect(await text(reply.pipe(createGunzip()))).toBe(expected);
    expect(reply.trailers['x-row-count']).toBe(plain.trailers['x-row-count']);
  }
  for (const asked of ['br', 'gzip;q=0', 'gzip;q=0.000, br', 'xgzip']) {
    const reply = await open('?search=nobody', { 'accept-encoding': asked });
    expect(reply.headers['content-encoding'], asked).toBeUndefined();
    reply.resume();
  }
});

test('the file name has the range', async () => {
  for (const [query, filename] of [
    ['', 'payments.csv'],
    ['?startDate=2024-01-01&endDate=2024-01-31', 'payments-from-2024-01-01-to-2024-01-31.csv'],
    ['?startDate=2024-01-01T10:30:00Z', 'payments-from-2024-01-01T103000Z.csv'],
    ['?format=jsonl', 'payments.jsonl'],
  ] as const) {
    const { status, headers, text: file } = await api.call('HEAD', `/payments/export${query}`);
    expect({ status, file }).toEqual({ status: 200, file: '' });
    expect(headers.get('content-disposition')).toBe(`attachment; filename=${filename}`);
    expect(headers.get('content-length')).toBeNull();
  }
  expect(await api.get('/payments/export?format=xml')).toMatchObject({ status: 400 });
});

test('decimal commas are written between semicolons or tabs, and refused between commas', async () => {
  const amountsOf = async (query: string) => {
    const { status, text: file } = await api.get(`/payments/export?endDate=2025-01-01&${query}`);
    expect(status).toBe(200);
    return [...file.matchAll(/^[\da-f-]{36}[,;\t]([\d,.]+)[,;\t]credit_card/gm)].map(([, amount]) => amount);
  };
  const withPoints = await amountsOf('separator=semicolon');
  expect(withPoints).toHaveLength(24 * 60 - 1);
  expect(withPoints.slice(0, 3)).toEqual(['1', '0.002', '0.03']);
  expect(await amountsOf('separator=semicolon&decimal=point')).toEqual(withPoints);
  for (const separator of ['semicolon', 'tab'])
    expect(await amountsOf(`separator=${separator}&decimal=comma`)).toEqual(
      withPoints.map((amount) => amount?.replace('.', ',')),
    );
  for (const query of ['decimal=comma', 'separator=comma&decimal=comma'])
    expect(await api.get(`/payments/export?${query}`)).toMatchObject({
      status: 400,
      body: { message: 'decimal can be comma only with separator=semicolon or separator=tab.' },
    });
});

test('amounts can be limited, as in the list', async () => {
  const { text: file } = await api.get('/payments/export?minAmount=1&maxAmount=1.02');
  expect(
    file
      .trimEnd()
      .split('\r\n')
      .slice(1)
      .map((row) => row.split(',')[1]),
  ).toEqual(['1.02']);
});

test('a fourth export of one user and a fifth of all users are refused, and an admin always finds a place', async () => {
  const viewer = await api.addViewer('exporter');
  const openAs = (reader: string) =>
    openExport(api.server.url, { token: reader, headers: { 'accept-encoding': 'identity' } });
  const refused = (message: string) => ({ status: 429, body: { message } });
  const replies = await Promise.all([1, 2, 3].map(() => openAs(token)));
  expect(await api.get('/payments/export')).toMatchObject(
    refused('A user may run at most 3 exports at a time. Try again when one of yours has ended.'),
  );
  replies.push(await openAs(viewer));
  expect(await api.get('/payments/export', { token: viewer })).toMatchObject(
    refused('The server runs at most 4 exports at a time. Try again when one has ended.'),
  );
  expect(await api.get('/payments?limit=1')).toMatchObject({ status: 200 });
  expect(await api.call('HEAD', '/payments/export')).toMatchObject({ status: 200 });

  const [first, ...rest] = replies;
  for (const reply of rest) await text(reply);
  first?.destroy();
  await expect.poll(async () => (await api.get('/payments/export?search=nobody')).status).toBe(200);
});

test('four exports of viewers leave a place to an admin', async () => {
  const [first, second, third] = await Promise.all(['slow.1', 'slow.2', 'slow.3'].map(api.addViewer));
  const openAs = (reader = '') =>
    openExport(api.server.url, { token: reader, headers: { 'accept-encoding': 'identity' } });
  const replies = await Promise.all([first, first, first, second].map(openAs));
  expect(await api.get('/payments/export', { token: third ?? '' })).toMatchObject({ status: 429 });
  replies.push(await openAs(token));
  expect(await api.get('/payments/export')).toMatchObject({
    status: 429,
    body: { message: 'The server runs at most 5 exports at a time. Try again when one has ended.' },
  });
  for (const reply of replies) await text(reply);
});

test('an HTTP/1.0 client, such as some proxies, gets the file without trailers', async () => {
  const { hostname, port } = new URL(api.server.url);
  const socket = connect(Number(port), hostname);
  socket.write(
    `GET /api/payments/export?search=nobody HTTP/1.0\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`,
  );
  const [head = '', file] = (await text(socket)).split('\r\n\r\n');
  expect(head).toMatch(/^HTTP\/1\.1 200 /);
  expect(head).not.toMatch(/^(trailer|transfer-encoding):/im);
  expect(file).toBe('ID,Amount,Method,Status,Receiver,Description,Created At\r\n');
});
