import { createClient } from '@paydeck/client';
import { eventStreams } from '@paydeck/client/event-streams';
import { createTestDatabase, type TestDatabase } from '@paydeck/db/testing';
import { EventSource } from 'eventsource';
import { EncryptJWT } from 'jose';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { adminCredentials, startTestServer, type TestServer } from '../testing/start-test-server.ts';
import { bearer, post, send, signIn } from './plain-fetch.ts';

let database: TestDatabase;
let server: TestServer;
let other: TestServer;
let token: string;
beforeAll(async () => {
  database = await createTestDatabase();
  server = await startTestServer({ database });
  other = await startTestServer({ database });
  token = await signIn(server.url);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await other[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const issued = z.object({
  result: z.object({
    data: z.object({ json: z.object({ ticket: z.string(), expiresAt: z.iso.datetime() }) }),
  }),
});
async function ticketOf(credential: string) {
  const reply = await send(`${server.url}/trpc/auth.streamTicket`, { headers: bearer(credential) });
  return issued.parse(reply.body).result.data.json;
}
const streamUrl = (url: string, params: object) =>
  `${url}/trpc/payments.onChange?connectionParams=${encodeURIComponent(JSON.stringify(params))}`;

/** Opens a stream, and returns what it sends first: that it is connected, or why it is refused. */
async function openStream(url: string, params: object): Promise<string> {
  const aborter = new AbortController();
  const response = await fetch(streamUrl(url, params), { signal: aborter.signal });
  let received = '';
  for await (const chunk of response.body ?? []) {
    received += Buffer.from(chunk).toString();
    if (/event: \S+|"reason"/.test(received)) break;
  }
  aborter.abort();
  return /"reason":"(\w+)"/.exec(received)?.[1] ?? /event: (\w+)/.exec(received)?.[1] ?? received;
}

test('a ticket opens one stream, whichever process gets it', async () => {
  const { ticket, expiresAt } = await ticketOf(token);
  expect(ticket).not.toContain(token.split('.')[1]);
  const lifetimeMs = Date.parse(expiresAt) - Date.now();
  expect(lifetimeMs).toBeLessThanOrEqual(30_000);
  expect(await openStream(server.url, { ticket })).toBe('connected');
  expect(await openStream(server.url, { ticket })).toBe('ticket_invalid');
  expect(await openStream(other.url, { ticket })).toBe('ticket_invalid');
  expect(await openStream(other.url, { ticket: (await ticketOf(token)).ticket })).toBe('connected');
});

test('of two uses at once, in two processes, one succeeds', async () => {
  const { ticket } = await ticketOf(token);
  const opened = await Promise.all([server, other].map(({ url }) => openStream(url, { ticket })));
  expect(opened.toSorted()).toEqual(['connected', 'ticket_invalid']);
});

test('an API key can get a ticket', async () => {
  const client = await server.signedInClient();
  const { key } = await client.api.apiKeys.create.mutate({ name: 'streams', role: 'viewer' });
  const { ticket } = await ticketOf(key);
  expect(await openStream(server.url, { ticket })).toBe('connected');
  expect(await openStream(server.url, { ticket })).toBe('ticket_invalid');
});

test('a token in the URL, another ticket and one that has expired are refused', async () => {
  expect(await openStream(server.url, { token })).toBe('not_signed_in');
  expect(await openStream(server.url, { ticket: token })).toBe('ticket_invalid');
  const { ticket } = await ticketOf(token);
  expect(await openStream(server.url, { ticket: `${ticket.slice(0, -2)}AA` })).toBe('ticket_invalid');
  const forged = await new EncryptJWT({ token })
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', typ: 'stream-ticket+jwt' })
    .setJti('00000000-0000-7000-8000-00000000dead')
    .setExpirationTime('30s')
    .encrypt(new Uint8Array(32));
  expect(await openStream(server.url, { ticket: forged })).toBe('ticket_invalid');

  const late = await ticketOf(token);
  vi.useFakeTimers({ now: Date.parse(late.expiresAt) + 1, toFake: ['Date'] });
  try {
    expect(await openStream(server.url, { ticket: late.ticket })).toBe('ticket_invalid');
  } finally {
    vi.useRealTimers();
  }
});

test('a ticket opens streams only, and no ticket outlives its session', async () => {
  const { ticket } = await ticketOf(token);
  const params = encodeURIComponent(JSON.stringify({ ticket }));
  expect((await send(`${server.url}/trpc/auth.me?connectionParams=${params}`)).status).toBe(401);
  expect((await send(`${server.url}/trpc/auth.me`, { headers: bearer(ticket) })).status).toBe(401);

  const ending = await signIn(server.url);
  const last = await ticketOf(ending);
  await send(`${server.url}/trpc/auth.logout`, post({}, bearer(ending)));
  expect(await openStream(server.url, { ticket: last.ticket })).toBe('session_ended');
});

test('the client’s streams have tickets in their URLs, and resume with new ones after a lost connection', async () => {
  const urls: string[] = [];
  class RecordingEventSource extends EventSource {
    constructor(...[url, init]: ConstructorParameters<typeof EventSource>) {
      super(url, init);
      urls.push(String(url));
    }
  }
  await using client = createClient({
    url: server.url,
    live: eventStreams({ EventSource: RecordingEventSource }),
  });
  await client.signIn(adminCredentials);
  const accessToken = await client.accessToken();
  const received: string[] = [];
  client.api.payments.onChange.subscribe(
    {},
    { onData: ({ data }) => received.push(data.type === 'reset' ? 'reset' : data.payment.id) },
  );
  await vi.waitFor(() => expect(client.connection.state).toBe('live'), { timeout: 20_000 });
  const create = async () =>
    (
      await client.api.payments.create.mutate({
        amountMinor: 1_250,
        method: 'credit_card',
        receiver: 'John Doe',
      })
    ).id;
  const made = [await create()];
  await vi.waitFor(() => expect(received).toEqual(made), { timeout: 20_000 });
  const { port } = new URL(server.url);
  await server[Symbol.asyncDispose]();
  server = await startTestServer({ database, environment: { PORT: port } });
  made.push(await create());
  await vi.waitFor(() => expect(received).toEqual(made), { timeout: 30_000 });
  expect(urls.length).toBeGreaterThan(1);
  for (const url of urls) {
    expect(url).toContain('ticket');
    expect(url).not.toContain(accessToken?.split('.')[2]);
  }
  expect(new Set(urls.map((url) => new URL(url).searchParams.get('connectionParams'))).size).toBe(
    urls.length,
  );
});
