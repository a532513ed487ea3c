import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createPaymentInput } from '@paydeck/api/payments-schema';
import type { PaydeckClient, RouterOutputs } from '@paydeck/client';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { majorName } from '../src/rest/major-units.ts';
import { startTestServer, type TestServer } from '../testing/start-test-server.ts';
import { bearer, send, signIn } from './plain-fetch.ts';
import { openSocket } from './raw-socket.ts';

type Payment = RouterOutputs['payments']['byId'];

let server: TestServer;
let admin: PaydeckClient;
let token: string;
/** The names of a payment's fields: the columns of its table, but for `internalColumns`. */
let fields: string[];

beforeAll(async () => {
  server = await startTestServer();
  admin = await server.signedInClient();
  token = await signIn(server.url);
  const columns = await server.database.db.orm.execute<{ name: string }>(
    `select column_name as name from information_schema.columns where table_name = 'payments'`,
  );
  fields = columns
    .map(({ name }) => name)
    .filter((name) => !internalColumns.includes(name))
    .map((name) => name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase()))
    .sort();
});
afterAll(() => server[Symbol.asyncDispose]());

const internalColumns = ['created_by', 'api_key_id', 'search_text'];
/** Fields that no update changes. `updatedAt` is the time of the change itself. */
const unchangeable = ['id', 'amountMinor', 'currency', 'method', 'createdAt', 'updatedAt'];
const notInCsv = ['currency', 'failureCode', 'failureMessage', 'updatedAt'];

/** Has a value for every field that a caller may give. */
const complete = {
  amountMinor: 1_250,
  currency: 'EUR',
  method: 'digital_wallet',
  status: 'failed',
  receiver: 'Jane Smith',
  description: 'Order 7',
  failureCode: 'card_declined',
  failureMessage: 'Declined by the bank',
} as const;

const event = z.object({ data: z.object({ payment: z.record(z.string(), z.unknown()) }) });

/** Expects every field, each with a value. */
function expectComplete(payment: object): void {
  expect(Object.keys(payment).sort()).toEqual(fields);
  for (const [field, value] of Object.entries(payment)) expect(value, field).not.toBeNull();
}

/** Expects every field, each with a value, and the same ones from every way to read a payment. */
async function expectStored(payment: Payment): Promise<void> {
  expectComplete(payment);
  const { id } = payment;
  expect(await admin.api.payments.byId.query({ id })).toEqual(payment);
  const { items } = await admin.api.payments.list.query({ limit: 100 });
  expect(items.find((item) => item.id === id)).toEqual(payment);
}

test('every field comes back from create, even when the call is repeated', async () => {
  const create = () => admin.api.payments.create.mutate({ ...complete, idempotencyKey: 'payment-fields' });
  const created = await create();
  expect(created).toMatchObject(complete);
  await expectStored(created);
  expect(await create()).toEqual(created);
});

test('every field comes back from createMany', async () => {
  const payment = { ...complete, createdAt: '2025-03-01T10:00:00.000Z' };
  const { payments } = await admin.api.payments.createMany.mutate({ payments: [payment] });
  const [created] = payments;
  if (created === undefined) expect.unreachable();
  expect(created).toMatchObject({ ...complete, createdAt: new Date(payment.createdAt) });
  await expectStored(created);
});

test('every field comes back from an import', async () => {
  const id = randomUUID();
  const times = { createdAt: '2025-03-01T10:00:00.000Z', updatedAt: '2025-03-02T11:00:00.000Z' };
  await admin.api.payments.import.mutate({ payments: [{ ...complete, ...times, id }] });
  const imported = await admin.api.payments.byId.query({ id });
  expect(imported).toEqual({
    ...complete,
    id,
    createdAt: new Date(times.createdAt),
    updatedAt: new Date(times.updatedAt),
  });
  await expectStored(imported);
});

test('every field comes back from an update, and every field that it changed from the history', async () => {
  const { status, receiver, description, failureCode, failureMessage, ...pending } = complete;
  const { id } = await admin.api.payments.create.mutate({ ...pending, receiver: 'Jane Smyth' });
  const change = { id, status, receiver, description, failureCode, failureMessage };
  const updated = await admin.api.payments.update.mutate({ ...change, idempotencyKey: 'payment-fields' });
  expect(updated).toMatchObject(complete);
  await expectStored(updated);
  expect(await admin.api.payments.update.mutate({ ...change, idempotencyKey: 'payment-fields' })).toEqual(
    updated,
  );

  const history = await admin.api.payments.history.query({ id });
  const changes = history.at(-1)?.changes ?? {};
  expect(Object.keys(changes).sort()).toEqual(fields.filter((field) => !unchangeable.includes(field)));
  const after = Object.entries(changes).map(([field, change]) => [field, change?.to]);
  expect(updated).toMatchObject(Object.fromEntries(after));
});

test('every field comes back from the events of a create and of an update', async () => {
  await using socket = await openSocket(server.url, { token });
  const id = socket.call('subscription', 'payments.onChange');
  await socket.messages(id);
  const { status, failureCode, failureMessage, ...pending } = complete;
  const created = await admin.api.payments.create.mutate(complete);
  const other = await admin.api.payments.create.mutate(pending);
  const updated = await admin.api.payments.update.mutate({
    id: other.id,
    status,
    failureCode,
    failureMessage,
  });
  const [, first, , third] = await socket.messages(id, 4);
  for (const [message, payment] of [
    [first, created],
    [third, updated],
  ] as const) {
    const { data } = event.parse(message?.result?.data?.json);
    expect(data.payment).toEqual(JSON.parse(JSON.stringify(payment)));
    expectComplete(data.payment);
  }
});

test('a file of JSON Lines has every field, and CSV has every field except those that the format leaves out', async () => {
  const created = await admin.api.payments.create.mutate({ ...complete, receiver: 'Only One' });
  const { amountMinor, ...rest } = JSON.parse(JSON.stringify(created));
  const exported = async (format: string) => {
    const url = `${server.url}/api/payments/export?search=Only+One&format=${format}`;
    return (await send(url, { headers: bearer(token) })).text;
  };
  const line: unknown = JSON.parse(await exported('jsonl'));
  expect(amountMinor).toBe(1_250);
  expect(line).toEqual({ ...rest, amount: 12.5 });

  const [row]: Record<string, string>[] = parse(await exported('csv'), { columns: true });
  expect(Object.keys(row ?? {})).toHaveLength(fields.length - notInCsv.length);
  expect(row).toEqual({
    ID: created.id,
    Amount: '12.50',
    Method: complete.method,
    Status: complete.status,
    Receiver: 'Only One',
    Description: complete.description,
    'Created At': created.createdAt.toISOString(),
  });
});

test('a payment of the REST API has every field', async () => {
  const created = await admin.api.payments.create.mutate(complete);
  const { amountMinor: _, ...rest } = JSON.parse(JSON.stringify(created));
  const { body } = await send(`${server.url}/api/payments/${created.id}`, { headers: bearer(token) });
  expect(body).toEqual({ ...rest, amount: 12.5 });
});

test('the docs name every field of a payment', () => {
  const docs = (page: string) => readFileSync(new URL(`../../../docs/${page}.md`, import.meta.url), 'utf8');
  const [, payment = ''] = /A payment is `\{(.*?)\}`/s.exec(docs('api')) ?? [];
  expect(payment.split(/,\s+/).sort()).toEqual(fields);
  const [, input = ''] = /`create\(\{(amountMinor.*?)\}\)`/s.exec(docs('api')) ?? [];
  const { idempotencyKey: _, ...inputs } = createPaymentInput.shape;
  expect(input.split(/,\s+/).map((name) => name.replace(/\?$| = .*/, ''))).toEqual(Object.keys(inputs));

  const rowOf = (start: string) =>
    docs('rest')
      .split('\n')
      .find((line) => line.startsWith(start)) ?? '';
  for (const field of fields) expect(rowOf('| → `id`, `amount`')).toContain(`\`${majorName(field)}\``);
  for (const field of Object.keys(inputs))
    expect(rowOf('| **`POST /api/payments`**')).toMatch(new RegExp(`\\b${majorName(field)}\\b`));
});
