import { insertPayments } from '@paydeck/db/payments';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { startTestServer } from '../testing/start-test-server.ts';
import { bearer, post, send, signIn } from './plain-fetch.ts';
import { openSocket } from './raw-socket.ts';

const page = z.object({ result: z.object({ data: z.object({ json: z.object({ asOf: z.int() }) }) }) });
const payment = { amountMinor: 1_250, currency: 'USD', method: 'credit_card', status: 'success' } as const;
const rounds = 5;

test('a subscriber that starts at the position of a list gets no event that the list already includes', async () => {
  await using server = await startTestServer();
  const { db } = server.database;
  const token = await signIn(server.url);
  const userId = z.object({ sub: z.uuid() }).parse(claimsOf(token)).sub;

  for (let round = 0; round < rounds; round += 1) {
    // Another process writes and its notification is lost, so the list has the payment before the live log does.
    const unseen = { id: crypto.randomUUID(), ...payment, receiver: 'Unseen', description: null };
    const details = { failureCode: null, failureMessage: null, createdAt: null };
    await insertPayments(db, [{ userId, idempotency: null, payments: [{ ...unseen, ...details }] }]);
    const list = await send(`${server.url}/trpc/payments.list`, { headers: bearer(token) });
    const { asOf } = page.parse(list.body).result.data.json;

    await using socket = await openSocket(server.url, { token });
    const id = socket.call('subscription', 'payments.onChange', { lastEventId: asOf });
    await socket.messages(id);
    const seen = { ...payment, receiver: `Seen in round ${round}` };
    await send(`${server.url}/trpc/payments.create`, post(seen, bearer(token)));

    const [, first] = await socket.messages(id, 2);
    expect(first?.result).toMatchObject({
      id: String(asOf + 1),
      data: { json: { data: { type: 'payment_created', payment: seen } } },
    });
  }
});

const claimsOf = (token: string): unknown =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
