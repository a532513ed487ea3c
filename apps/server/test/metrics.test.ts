import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startTestServer, type TestServer } from '../testing/start-test-server.ts';
import { metricsSamples } from './metrics-samples.ts';
import { send, signIn } from './plain-fetch.ts';
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
