import { createClient, reasonOf } from '@paydeck/client';
import { expect, test } from 'vitest';
import { startTestServer } from '../testing/start-test-server.ts';

const payment = { amountMinor: 1250, method: 'credit_card', receiver: 'Jane Smith' } as const;

test('a client with an API key can call and subscribe without signing in, until the key is revoked', async () => {
  await using server = await startTestServer();
  const admin = await server.signedInClient();
  const { id, key } = await admin.api.apiKeys.create.mutate({ name: 'script', role: 'admin' });
  await using script = createClient({ url: server.url, apiKey: key });
  expect(await script.api.auth.me.query()).toMatchObject({ username: 'admin', apiKey: { id } });
  expect(await script.session.load()).toBeNull();
  await expect(script.signIn({ username: 'admin', password: 'admin123' })).rejects.toThrow(TypeError);

  const seen: string[] = [];
  let started = () => {};
  const isStarted = new Promise<void>((resolve) => {
    started = resolve;
  });
  const refusal = new Promise((resolve) => {
    script.api.payments.onChange.subscribe(
      {},
      {
        onStarted: () => started(),
        onData: ({ data }) => data.type !== 'reset' && seen.push(data.payment.id),
        onError: resolve,
      },
    );
  });
  await isStarted;
  const created = await script.api.payments.create.mutate(payment);
  await expect.poll(() => seen, { interval: 10, timeout: 10_000 }).toEqual([created.id]);

  await admin.api.apiKeys.revoke.mutate({ id });
  expect(reasonOf(await refusal)).toBe('api_key_invalid');
  for (const call of [() => script.api.auth.me.query(), () => script.api.payments.create.mutate(payment)])
    expect(reasonOf(await call().catch((error: unknown) => error))).toBe('api_key_invalid');
});

test('an unknown API key makes every call and subscription fail', async () => {
  await using server = await startTestServer();
  await using script = createClient({ url: server.url, apiKey: `pdk_${'x'.repeat(43)}` });
  const refusal = new Promise((resolve) => {
    script.api.payments.onChange.subscribe({}, { onError: resolve });
  });
  expect(reasonOf(await refusal)).toBe('api_key_invalid');
  expect(reasonOf(await script.api.auth.me.query().catch((error: unknown) => error))).toBe('api_key_invalid');
});
