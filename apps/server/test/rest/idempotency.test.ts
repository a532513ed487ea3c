import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { post, type Reply, send } from '../plain-fetch.ts';
import { type RestApi, startRestApi } from './rest-api.ts';

let api: RestApi;
beforeAll(async () => {
  api = await startRestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const payment = { amount: 19.99, method: 'credit_card', receiver: 'John Doe' };
const create = (key: string, body: unknown = payment) =>
  api.post('/payments', body, { headers: { 'idempotency-key': key } });
const isReplay = ({ headers }: Reply) => headers.get('idempotency-replayed');
const idOf = ({ body }: Reply) => z.object({ id: z.string() }).parse(body).id;

test('the same key and body get the first reply again, marked as replayed', async () => {
  const first = await create('order-1');
  expect({ status: first.status, replayed: isReplay(first) }).toEqual({ status: 201, replayed: null });
  for (const key of ['order-1', '"order-1"']) {
    const again = await create(key);
    expect({ status: again.status, replayed: isReplay(again) }).toEqual({ status: 201, replayed: 'true' });
    expect(again.text).toBe(first.text);
  }
});

test('the same key with another body is refused with 422', async () => {
  await create('order-2');
  const other = await create('order-2', { ...payment, amount: 20 });
  expect(other).toMatchObject({ status: 422, body: { statusCode: 422, path: '/api/payments' } });
  expect(isReplay(other)).toBeNull();
});

test('two equal requests at the same time create one payment', async () => {
  const twins = await Promise.all(Array.from({ length: 10 }, () => create('order-3')));
  expect(new Set(twins.map(idOf)).size).toBe(1);
  expect(twins.filter((twin) => isReplay(twin) === null)).toHaveLength(1);
});

test('the reply to a settlement is replayed too', async () => {
  const id = idOf(await create('order-4'));
  const settle = () =>
    api.call('PATCH', `/payments/${id}`, {
      body: { status: 'success' },
      headers: { 'idempotency-key': 'settle-4' },
    });
  const [first, again] = [await settle(), await settle()];
  expect({ status: again.status, replayed: isReplay(again), text: again.text }).toEqual({
    status: 200,
    replayed: 'true',
    text: first.text,
  });
  const late = await api.call('PATCH', `/payments/${id}`, { body: { status: 'failed' } });
  expect(late).toMatchObject({
    status: 409,
    body: { message: 'Only a pending payment can change its status. This one is success.' },
  });
});

test.each(['with space', 'x'.repeat(256), ''])('a malformed key is refused: %j', async (key) => {
  expect(await create(key)).toMatchObject({ status: 400 });
});

test('REST and tRPC mark replays alike, and share the keys', async () => {
  const first = await create('order-5');
  const token = await api.signIn();
  const overTrpc = await send(
    `${api.server.url}/trpc/payments.create`,
    post(
      { amountMinor: 1999, method: 'credit_card', receiver: 'John Doe' },
      { authorization: `Bearer ${token}`, 'idempotency-key': 'order-5' },
    ),
  );
  expect(overTrpc).toMatchObject({ status: 200, body: { result: { data: { json: { id: idOf(first) } } } } });
  expect(isReplay(overTrpc)).toBe('true');
});
