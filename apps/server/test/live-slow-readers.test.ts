import { expect, test, vi } from 'vitest';
import { loggedPositions } from '../testing/written-state.ts';
import { type ObservedServer, startObservedServer } from './observed-server.ts';
import { bearer, post, send } from './plain-fetch.ts';
import { closing, openSocket, type RawSocket } from './raw-socket.ts';

const readerCount = 30;
const stalledCount = 5;
/** Enough to fill the system's buffers of a stalled socket with a stream that other sockets keep up with. */
const subscriptionsOfStalled = 40;
/** With this many payments, 40 × 200 × 3 kB wait for each stalled socket. */
const largePayments = 200;
/** The system's buffers grow to tens of megabytes. Each round of 20 payments fills about 2 MB of them. */
const patienceMs = 90_000;
const maxGrowthBytes = 50 * 1024 * 1024;

test('stalled readers are closed and can resume, while others get everything in order and memory stays bounded', async () => {
  await using server = await startObservedServer();
  await using scope = new AsyncDisposableStack();
  const open = async () => scope.use(await openSocket(server.url, { token: server.token }));
  const readers = await Promise.all(Array.from({ length: readerCount }, open));
  const stalled = await Promise.all(Array.from({ length: stalledCount }, open));
  for (const reader of readers) await follow(reader, 1);
  for (const reader of stalled) await follow(reader, subscriptionsOfStalled);

  // The memory that a server needs to send such a stream to readers that keep up does not count.
  await stream(server, largePayments);
  await received([...readers, ...stalled], await loggedPositions(server.database.db));
  for (const reader of stalled) reader.ws.pause();
  const idleBytes = await server.retainedBytes();
  let mostBytes = idleBytes;

  const watched = async (payments: number) => {
    await stream(server, payments);
    // The events on their way to the others don't count, either.
    await received(readers, await loggedPositions(server.database.db));
    mostBytes = Math.max(mostBytes, await server.retainedBytes());
  };
  await watched(largePayments);
  await vi.waitFor(
    async () => {
      await watched(20);
      expect(await server.liveConnections()).toBe(readerCount);
    },
    { interval: 500, timeout: patienceMs },
  );

  const positions = await loggedPositions(server.database.db);
  await received(readers, positions);
  process.stdout.write(
    `slow readers: memory grew by ${Math.round((mostBytes - idleBytes) / 1024 / 1024)} MB, ${positions.length} events\n`,
  );
  expect(mostBytes - idleBytes).toBeLessThan(maxGrowthBytes);
  expect(readers.map((reader) => reader.closed())).toEqual(readers.map(() => null));

  const events = readers[0] === undefined ? [] : eventsOf(readers[0], 1);
  for (const reader of stalled) reader.ws.resume();
  const ends = await Promise.all(stalled.map((reader) => closing(reader, 30_000)));
  // A stalled reader finds the close code when it reads again, unless it was cut before.
  for (const { code } of ends) expect([4408, 1006]).toContain(code);
  for (const reader of stalled) {
    const before = positionsOf(reader, 1);
    expect(before).toEqual(positions.slice(0, before.length));
    expect(before.length).toBeLessThan(positions.length);

    await using resumed = await openSocket(server.url, { token: server.token });
    await follow(resumed, 1, before.at(-1));
    await received([resumed], positions.slice(before.length));
    expect(eventsOf(resumed, 1)).toEqual(events.slice(before.length));
  }
});

/** Subscribes to all payments. The ids of the subscriptions are 1, 2, … */
async function follow(socket: RawSocket, subscriptions: number, lastEventId?: string): Promise<void> {
  const subscribe = () => socket.call('subscription', 'payments.onChange', { lastEventId });
  await Promise.all(Array.from({ length: subscriptions }, () => socket.messages(subscribe())));
}

/** Creates payments with texts of the maximum length, several in each call. */
async function stream({ url, token }: ObservedServer, count: number): Promise<void> {
  const large = { receiver: '漢'.repeat(100), description: '漢'.repeat(500) };
  for (let left = count; left > 0; left -= 20) {
    const payments = Array.from({ length: Math.min(left, 20) }, () => ({
      ...large,
      amountMinor: 1,
      method: 'credit_card',
    }));
    const { status } = await send(`${url}/trpc/payments.createMany`, post({ payments }, bearer(token)));
    expect(status).toBe(200);
  }
}

/** The events that a subscription got, in order of arrival. */
const eventsOf = ({ received }: RawSocket, subscription: number) =>
  received.flatMap(({ id, result }) => (id === subscription && result?.type === 'data' ? [result] : []));

const positionsOf = (socket: RawSocket, subscription: number): string[] =>
  eventsOf(socket, subscription).map(({ id }) => id ?? 'without a position');

/** Waits until the first subscription of each socket has got this many events, and expects exactly these events. */
async function received(sockets: readonly RawSocket[], positions: readonly string[]): Promise<void> {
  const isBehind = (socket: RawSocket) => positionsOf(socket, 1).length < positions.length;
  await vi.waitFor(() => expect(sockets.filter(isBehind)).toHaveLength(0), { timeout: 30_000, interval: 50 });
  for (const socket of sockets) expect(positionsOf(socket, 1)).toEqual(positions);
}
