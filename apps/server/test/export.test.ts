import type { PaydeckClient, RouterInputs } from '@paydeck/client';
import { createTestDatabase } from '@paydeck/db/testing';
import { parse } from 'csv-parse/sync';
import * as fc from 'fast-check';
import { default as Papa } from 'papaparse';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { startTestServer, type TestServer } from '../testing/start-test-server.ts';
import { bearer, send, signIn } from './plain-fetch.ts';

let server: TestServer;
let admin: PaydeckClient;
let token: string;
beforeAll(async () => {
  server = await startTestServer();
  admin = await server.signedInClient();
  token = await signIn(server.url);
});
afterAll(() => server[Symbol.asyncDispose]());

const exportUrl = (query = '') => `${server.url}/api/payments/export${query}`;
const get = (query = '') => send(exportUrl(query), { headers: bearer(token) });
const header = ['ID', 'Amount', 'Method', 'Status', 'Receiver', 'Description', 'Created At'];
/** A strict parser: rows must end with CRLF and have as many cells as the header. */
const strict = { record_delimiter: '\r\n', relax_column_count: false };

/** The cells of an export without its header. */
async function exported(query = ''): Promise<string[][]> {
  const { status, text } = await get(query);
  expect(status).toBe(200);
  const [first, ...rows]: string[][] = parse(text, strict);
  expect(first).toEqual(header);
  // A second, unrelated parser must read the same.
  const { data, errors } = Papa.parse<string[]>(text, {
    delimiter: ',',
    newline: '\r\n',
    skipEmptyLines: true,
  });
  expect(errors).toEqual([]);
  expect(data).toEqual([header, ...rows]);
  return rows;
}

type NewPayment = RouterInputs['payments']['createMany']['payments'][number];
const paid: NewPayment = {
  amountMinor: 125_000,
  method: 'credit_card',
  status: 'success',
  receiver: 'John Doe',
};
const createMany = (payments: NewPayment[]) => admin.api.payments.createMany.mutate({ payments });

/** The API trims the first three at the start of a text, and refuses the others anywhere. */
const controls = ['\t', '\r', '\n', '\u0001', '\u0002', '\u001b', '\u007f'];

async function insertByAnotherProgram(receiver: string, description: string): Promise<void> {
  const client = server.database.db.dedicatedClient();
  try {
    await client`
      insert into payments (id, amount_minor, currency, method, status, receiver, description, created_at, updated_at)
      values (gen_random_uuid(), 1, 'USD', 'credit_card', 'success', ${receiver}, ${description}, now(), now())`;
  } finally {
    await client.end();
  }
}

test('the reply is the specified file', async () => {
  const { payments } = await createMany([{ ...paid, description: 'Online purchase' }]);
  const { headers, text } = await get();
  expect(headers.get('content-type')).toMatch(/^text\/csv/);
  expect(headers.get('content-disposition')).toBe('attachment; filename=payments.csv');
  const created = payments[0]?.createdAt.toISOString();
  expect(text).toBe(
    `ID,Amount,Method,Status,Receiver,Description,Created At\r\n` +
      `${payments[0]?.id},1250.00,credit_card,success,John Doe,Online purchase,${created}\r\n`,
  );
  const head = await send(exportUrl(), { method: 'HEAD', headers: bearer(token) });
  expect(head).toMatchObject({ status: 200, text: '' });
});

/** A text as a spreadsheet may have it. */
const guarded = (text: string | null) =>
  (text ?? '').replace(/^(?='*[-=+@＝＋－＠\t\r\n])|(?<=[;\t\r\n])(?='*[" ]*[-=+@＝＋－＠])/g, "'");

test('cells equal the fields of the list, except for the guard against formulas', async () => {
  const texts = [
    'say "hi", twice""',
    'one,\ntwo\r\nthree\rfour',
    '=1+1',
    "=cmd|' /C calc'!A0",
    '+49 30 1234',
    '-5 refund',
    '@SUM(A1)',
    '＝1+1',
    "'=already quoted",
    'Acme;=1+1',
    'Acme; "+49"; \'@x',
    'שלום עולם \u202Eevil',
    '🦊👩‍👩‍👧‍👦 ﷽ e\u0301',
    'tab\tinside',
    '"',
    '0012',
    '1e5',
    'ÄÖÜ'.repeat(33),
  ];
  const longest = `${'x'.repeat(498)},"`;
  const payments = texts.map((text) => ({ ...paid, receiver: `${text}..`.slice(0, 100), description: text }));
  await createMany([...payments, { ...paid, description: longest }, { ...paid, description: null }]);
  for (const lead of controls) await insertByAnotherProgram(`control ${lead} inside`, `${lead}=1+1`);

  const { items } = await admin.api.payments.list.query({ limit: 100 });
  const expected = items.map(({ id, amountMinor, method, status, receiver, description, createdAt }) => [
    id,
    (amountMinor / 100).toFixed(2),
    method,
    status,
    guarded(receiver),
    guarded(description),
    createdAt.toISOString(),
  ]);
  expect(await exported()).toEqual(expected.reverse());
  expect(items.length).toBeGreaterThan(texts.length + 4);
});

test('a database can hold control characters from other programs, but never NUL', async () => {
  for (const control of ['\0', ...controls.slice(3)]) {
    const error = {
      data: { reason: 'invalid_input', issues: [expect.objectContaining({ path: 'payments.0.receiver' })] },
    };
    await expect(createMany([{ ...paid, receiver: `a${control}b` }])).rejects.toMatchObject(error);
  }
  await expect(insertByAnotherProgram('nul', 'a\0b')).rejects.toThrow('invalid byte sequence');
  const escaped = (await get('?format=jsonl&search=control')).text.trimEnd().split('\n');
  const receivers = escaped.map(
    (line) => z.object({ receiver: z.string() }).parse(JSON.parse(line)).receiver,
  );
  expect(receivers).toEqual(controls.map((control) => `control ${control} inside`));
});

test('settings of the database change neither the list nor the file', async () => {
  await using database = await createTestDatabase();
  const name = new URL(database.url).pathname.slice(1);
  for (const setting of [
    `datestyle = 'German'`,
    `timezone = 'America/New_York'`,
    'standard_conforming_strings = off',
  ])
    await database.db.orm.execute(`alter database ${name} set ${setting}`);
  await using other = await startTestServer({ database });
  const { api } = await other.signedInClient();
  const createdAt = new Date('2024-01-15T23:59:59.999Z');
  const payment = { ...paid, description: 'back\\slash' };
  await api.payments.createMany.mutate({ payments: [{ ...payment, createdAt: createdAt.toISOString() }] });

  const search = String.raw`k\s`;
  const { items } = await api.payments.list.query({ filter: { search } });
  expect(items).toEqual([expect.objectContaining({ ...payment, createdAt })]);
  const query = `?endDate=2024-01-15&search=${encodeURIComponent(search)}`;
  const headers = bearer(await signIn(other.url));
  const { text } = await send(`${other.url}/api/payments/export${query}`, { headers });
  expect(text.split('\r\n').slice(1)).toEqual([
    `${items[0]?.id},1250.00,credit_card,success,John Doe,back\\slash,2024-01-15T23:59:59.999Z`,
    '',
  ]);
});

test('amounts have the decimals of their currency', async () => {
  const amounts = { USD: '123.45', JPY: '12345', KWD: '12.345' };
  const ids: string[] = [];
  for (const currency of Object.keys(amounts)) {
    const { payments } = await createMany([{ ...paid, amountMinor: 12_345, currency }]);
    ids.push(...payments.map(({ id }) => id));
  }
  const cells = new Map((await exported()).map(([id, amount]) => [id, amount]));
  expect(ids.map((id) => cells.get(id))).toEqual(Object.values(amounts));

  const { payments } = await createMany([{ ...paid, amountMinor: 1, currency: 'KWD' }]);
  expect(await exported('?currency=KWD')).toContainEqual(expect.arrayContaining([payments[0]?.id, '0.001']));
});

test('two independent parsers read any texts back', async () => {
  const client = server.database.db.dedicatedClient();
  const unit = fc.constantFrom(
    '"',
    ',',
    ';',
    '\n',
    '\r',
    "'",
    '=',
    '-',
    '＝',
    '＠',
    '＊',
    '\t',
    'A',
    'z',
    '7',
    ' ',
    'é',
    '🦊',
    '\\',
  );
  const pairs = fc.array(
    fc.tuple(fc.string({ unit, minLength: 2, maxLength: 12 }), fc.option(fc.string({ unit, maxLength: 12 }))),
    { minLength: 1, maxLength: 50 },
  );
  let year = 1900;
  const property = fc.asyncProperty(pairs, async (texts) => {
    year += 1;
    const at = (n: number) => `${year}-06-01T00:00:00.${String(n).padStart(3, '0')}Z`;
    const rows = texts.map(([receiver, description], n) => ({ receiver, description, at: at(n) }));
    await client`
      insert into payments (id, amount_minor, currency, method, status, receiver, description, created_at, updated_at)
      select gen_random_uuid(), 1, 'USD', 'credit_card', 'success', receiver, description, at, at
      from json_to_recordset(${JSON.stringify(rows)}::text::json) as row(receiver text, description text, at timestamptz)`;
    const cells = await exported(`?startDate=${year}-06-01&endDate=${year}-06-01`);
    expect(cells.map((row) => row.slice(4))).toEqual(
      rows.map((row) => [guarded(row.receiver), guarded(row.description), row.at]),
    );
  });
  await fc.assert(property, { numRuns: 40 });
  await client`delete from payments where created_at < '2000-01-01'`;
  await client.end();
});

test('an export takes the same filter as a list', async () => {
  const at = (createdAt: string, more: Partial<NewPayment> = {}) => ({ ...paid, createdAt, ...more });
  await createMany([
    at('2024-01-14T23:59:59.999Z', { receiver: 'Filter before' }),
    at('2024-01-15T00:00:00Z', { receiver: 'Filter first', status: 'failed' }),
    at('2024-01-15T23:59:59.999Z', { receiver: 'Filter last', method: 'bank_transfer', status: 'pending' }),
    at('2024-01-16T00:00:00Z', { receiver: 'Filter after 100%', method: 'digital_wallet' }),
  ]);
  const receivers = async (query: string) =>
    (await exported(query)).map((row) => row[4]?.replace('Filter ', ''));
  const of = (query: string) => receivers(`?startDate=2024-01-01&endDate=2024-01-31&${query}`);

  expect(await of('')).toEqual(['before', 'first', 'last', 'after 100%']);
  expect(await receivers('?startDate=2024-01-15&endDate=2024-01-15')).toEqual(['first', 'last']);
  expect(await receivers('?endDate=2024-01-15T00:00:00Z')).toEqual(['before']);
  expect(await receivers('?startDate=2024-01-15T01:00:00%2B01:00&endDate=2024-01-15')).toEqual([
    'first',
    'last',
  ]);
  expect(await of('status=failed')).toEqual(['first']);
  expect(await of('status=failed,pending')).toEqual(['first', 'last']);
  expect(await of('status=failed&status=pending')).toEqual(['first', 'last']);
  expect(await of('method=bank_transfer')).toEqual(['last']);
  expect(await of('search=0%25')).toEqual(['after 100%']);
  expect(await of('search=FILTER%20l')).toEqual(['last']);
  expect(await of(`search=${encodeURIComponent("' or true --")}`)).toEqual([]);
  expect(await of('search=')).toHaveLength(4);
  expect(await of('currency=eur')).toEqual([]);
});

test.each([
  ['status=paid', 'status'],
  ['method=cash', 'method'],
  ['currency=XYZ', 'currency'],
  ['startDate=yesterday', 'startDate'],
  ['endDate=2024-02-30', 'endDate'],
  ['startDate=2024-02-02&endDate=2024-02-01', 'endDate'],
  ['search=a&search=b', 'search'],
  [`search=${'x'.repeat(101)}`, 'search'],
  ['search=%00', 'search'],
  ['amount=5', 'amount'],
  ['limit=10', 'limit'],
  ['__proto__=x', '__proto__'],
])('?%s is refused', async (query, name) => {
  const { status, body } = await get(`?${query}`);
  expect(status).toBe(400);
  const message = expect.stringContaining(name);
  const shape = { statusCode: 400, timestamp: expect.any(String), path: '/api/payments/export', message };
  expect(body).toEqual(shape);
});

test('an export without a valid token is refused', async () => {
  expect(await send(exportUrl())).toMatchObject({ status: 401, body: { message: 'Sign in first.' } });
  expect((await send(exportUrl(), { headers: bearer('x') })).status).toBe(401);
  expect((await send(exportUrl(`?token=${token}`))).status).toBe(401);
});
