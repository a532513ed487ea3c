import { createTestDatabase } from '@paydeck/db/testing';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { productionEnvironment } from '../testing/production-environment.ts';
import { startTestServer, type TestServer } from '../testing/start-test-server.ts';
import { metricsSamples } from './metrics-samples.ts';
import { bearer, send, signIn } from './plain-fetch.ts';
import { openSocket } from './raw-socket.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server[Symbol.asyncDispose]());

test('the metrics have requests by route, live connections and the log position', async () => {
  const token = await signIn(server.url);
  await send(`${server.url}/no/such/${Math.random()}`);
  await using socket = await openSocket(server.url, { token });
  await socket.messages(
    socket.call('mutation', 'payments.create', {
      amountMinor: 1,
      method: 'credit_card',
      receiver: 'John Doe',
    }),
  );
  await vi.waitFor(async () =>
    expect((await metricsSamples(server.url)).get('paydeck_log_position')).toBeGreaterThan(1),
  );
  const found = await metricsSamples(server.url);
  const count = (labels: string) => found.get(`paydeck_http_request_seconds_count{${labels}}`);
  expect(count('method="POST",route="/trpc/:path",status="200"')).toBe(1);
  expect(count('method="GET",route="none",status="404"')).toBe(1);
  expect(found.get('paydeck_live_connections')).toBe(1);
  expect(found.get('paydeck_log_reading')).toBe(1);
  expect(found.get('process_resident_memory_bytes')).toBeGreaterThan(1e7);
  expect([...found.keys()].join()).not.toContain('John');
});

const secret = 'a-token-for-prometheus';

test('with METRICS_TOKEN, only callers with that token get the metrics', async () => {
  await using guarded = await startTestServer({ environment: { METRICS_TOKEN: secret } });
  const others = [undefined, '', `${secret}x`, secret.slice(1), await signIn(guarded.url)];
  for (const token of others) {
    const refused = await send(
      `${guarded.url}/metrics`,
      token === undefined ? {} : { headers: bearer(token) },
    );
    expect(refused).toMatchObject({
      status: 401,
      body: { message: expect.stringContaining('METRICS_TOKEN') },
    });
    expect(refused.text).not.toContain(secret);
  }
  const metrics = await send(`${guarded.url}/metrics`, { headers: bearer(secret) });
  expect(metrics.status).toBe(200);
  expect(metrics.text).toContain('paydeck_log_position');
});

test('in production there are no metrics without METRICS_TOKEN', async () => {
  await using database = await createTestDatabase({ empty: true });
  const environment = { ...productionEnvironment, HOST: '127.0.0.1' };
  await using server = await startTestServer({ database, environment });
  expect(await send(`${server.url}/metrics`)).toMatchObject({
    status: 404,
    body: { message: expect.stringContaining('Set METRICS_TOKEN') },
  });
});
