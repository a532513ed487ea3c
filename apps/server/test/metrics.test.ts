import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startTestServer, type TestServer } from '../src/testing/start-test-server.ts';
import { send, signIn } from './plain-fetch.ts';
import { openSocket } from './raw-socket.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server[Symbol.asyncDispose]());

/** The samples of `/metrics` by name and labels. */
async function samples(): Promise<Map<string, number>> {
  const { status, headers, text } = await send(`${server.url}/metrics`);
  expect(status).toBe(200);
  expect(headers.get('content-type')).toContain('text/plain; version=0.0.4');
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.replace(/ \S+$/, ''), Number(line.match(/\S+$/)?.[0])]));
}

test('it counts requests by route, live connections, and how far the log was read', async () => {
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
  await vi.waitFor(async () => expect((await samples()).get('paydeck_log_position')).toBeGreaterThan(1));
  const found = await samples();
  const count = (labels: string) => found.get(`paydeck_http_request_seconds_count{${labels}}`);
  expect(count('method="POST",route="/trpc/:path",status="200"')).toBe(1);
  expect(count('method="GET",route="none",status="404"')).toBe(1);
  expect(found.get('paydeck_live_connections')).toBe(1);
  expect(found.get('paydeck_log_reading')).toBe(1);
  expect(found.get('process_resident_memory_bytes')).toBeGreaterThan(1e7);
  expect([...found.keys()].join()).not.toContain('John');
});
