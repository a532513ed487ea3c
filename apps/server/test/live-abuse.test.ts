import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { calls, parameterCases } from './abuse/calls.ts';
import { frames, halfFrames } from './abuse/frames.ts';
import { halves, handshakes, listedOrigin } from './abuse/handshakes.ts';
import { frame, openWire, type RawWire, settled } from './abuse/raw-wire.ts';
import { answers, call, eventually, openSignedIn, openUpgraded } from './abuse/trpc-wire.ts';
import { type ObservedServer, startObservedServer } from './observed-server.ts';

const maxGrowthBytes = 100 * 1024 * 1024;
/** How long a socket without a token may stay silent. */
const silenceMs = 30_000;

let server: ObservedServer;
let idleBytes: number;
/** Connections that stay open during all later tests. */
const lingering: RawWire[] = [];
beforeAll(async () => {
  server = await startObservedServer({ CORS_ORIGIN: listedOrigin });
  await server.expectAlive();
  idleBytes = await server.retainedBytes();
});
afterAll(async () => {
  for (const wire of lingering) await wire[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});
afterEach(async () => {
  // Within every `silenceMs`, so that it is not a silent socket.
  anonymous.send(lastCall);
  await server.expectAlive();
});

const lastCall = frame('text', call('last', 'auth.me'));
const several = <T>(count: number, make: (n: number) => T): T[] =>
  Array.from({ length: count }, (_, n) => make(n));

/** Opened first, so that `silenceMs` passes while the other tests run. */
let silent: RawWire[];
let anonymous: RawWire;
let silentSince: number;
test('500 connections that never send anything', async () => {
  lingering.push(...(await Promise.all(several(250, () => openWire(server.url)))));
  silent = await Promise.all(several(250, () => openUpgraded(server)));
  anonymous = await openUpgraded(server);
  lingering.push(...silent, anonymous);
  silentSince = performance.now();
  for (const wire of silent) expect(await settled(wire)).toBe('open');
  anonymous.send(lastCall);
  await eventually(() => expect(answers(anonymous)).toEqual(['last: not_signed_in']));
});

describe('a handshake with', () => {
  test.each(handshakes)('%s', async (_name, request, expected) => {
    await using wire = await openWire(server.url);
    wire.send(request);
    await eventually(() => expect(wire.socket.bytesRead > 0 || wire.state() !== 'open').toBe(true));
    expect(wire.state() === 'open' ? await settled(wire) : wire.state()).toMatch(expected);
  });

  test.each(halves)('%s, then silence', async (_name, bytes) => {
    const wire = await openWire(server.url);
    lingering.push(wire);
    wire.send(bytes);
  });
});

describe('frames:', () => {
  test.each(frames)('%s', async (_name, parts, expected) => {
    await using wire = await openUpgraded(server);
    expect(await settled(wire)).toBe('open');
    wire.send(...parts);
    expect(await settled(wire)).toMatch(expected);
  });

  test.each(halfFrames)('%s, then silence', async (_name, bytes) => {
    const wire = await openUpgraded(server);
    lingering.push(wire);
    expect(await settled(wire)).toBe('open');
    wire.send(bytes);
  });
});

describe('messages:', () => {
  test.each(calls)('%s', async (_name, messages, expected) => {
    await using wire = await openSignedIn(server);
    wire.send(...messages.map((message) => frame(typeof message === 'string' ? 'text' : 'binary', message)));
    await eventually(() => expect(answers(wire).toSorted()).toEqual(expected.toSorted()));
    wire.send(lastCall);
    await eventually(() => expect(answers(wire)).toContain('last: data'));
    expect(answers(wire)).toHaveLength(expected.length + 1);
    expect(wire.state()).toBe('open');
  });

  test.each(parameterCases)('connection parameters: %s', async (_name, first, expected, state) => {
    await using wire = await openUpgraded(server, '/trpc?connectionParams=1');
    wire.send(frame('text', first));
    await eventually(() => expect(answers(wire)).toEqual(expected));
    await eventually(() => expect(wire.state()).toMatch(state));
    if (wire.state() !== 'open') return;
    wire.send(lastCall);
    await eventually(() => expect(answers(wire)).toEqual([...expected, 'last: not_signed_in']));
  });
});

describe('floods:', () => {
  test('each of 250 calls at once is answered, with data or with too_many_requests', async () => {
    await using wire = await openSignedIn(server);
    wire.send(...several(250, (n) => frame('text', call(n, 'auth.me'))));
    await eventually(() => expect(answers(wire)).toHaveLength(250));
    expect(new Set(answers(wire).map((answer) => Number.parseInt(answer, 10))).size).toBe(250);
    const served = answers(wire).filter((answer) => answer.endsWith(': data'));
    const refused = answers(wire).filter((answer) => answer.endsWith(': too_many_requests'));
    expect(served.length).toBeGreaterThan(0);
    expect(served.length + refused.length).toBe(250);
  });

  test('5,000 messages at once close their socket', async () => {
    await using wire = await openSignedIn(server);
    await using other = await openSignedIn(server);
    wire.send(...several(5_000, (n) => frame('text', call(n, 'auth.me'))));
    await eventually(() => expect(wire.state()).toBe('close 4429'));
    expect(answers(wire).length).toBeLessThan(1_000);
    other.send(lastCall);
    await eventually(() => expect(answers(other)).toEqual(['last: data']));
  });

  test('5,000 keep-alive texts at once', async () => {
    await using wire = await openSignedIn(server);
    wire.send(...several(5_000, () => frame('text', 'PING')));
    expect(await settled(wire)).toMatch(/^(open|close 4429)$/);
  });

  test('1,000 calls in one message are all answered, or all refused', async () => {
    await using wire = await openSignedIn(server);
    wire.send(frame('text', `[${several(1_000, (n) => call(n, 'auth.me')).join(',')}]`));
    await eventually(() => {
      const isOver = answers(wire).includes('null: invalid_input') || wire.state() === 'close 4429';
      expect(isOver || answers(wire).length === 1_000).toBe(true);
    });
    const kinds = new Set(answers(wire).map((answer) => answer.replace(/^.*: /, '')));
    expect(kinds.size).toBeLessThanOrEqual(1);
  });

  test('100,000 messages in one message close their socket', async () => {
    await using wire = await openSignedIn(server);
    wire.send(frame('text', `[${several(100_000, () => 1).join(',')}]`));
    await eventually(() => expect(wire.state()).toBe('close 4429'));
    expect(answers(wire)).toEqual([]);
  });

  test('the 101st subscription of a socket is refused until another one is stopped', async () => {
    await using wire = await openSignedIn(server);
    const subscribe = (id: number) => frame('text', call(id, 'payments.onChange', undefined, 'subscription'));
    wire.send(...several(100, subscribe));
    await eventually(() => expect(answers(wire)).toEqual(several(100, (n) => `${n}: started`)));
    wire.send(subscribe(100));
    await eventually(() => expect(answers(wire)).toContain('100: too_many_requests'));
    wire.send(frame('text', JSON.stringify({ id: 0, method: 'subscription.stop' })));
    await eventually(() => expect(answers(wire)).toContain('0: stopped'));
    wire.send(subscribe(101));
    await eventually(() => expect(answers(wire)).toContain('101: started'));
  });

  test('a user can’t open more sockets than LIVE_MAX_SOCKETS_PER_USER', async () => {
    await using small = await startObservedServer({ LIVE_MAX_SOCKETS_PER_USER: '3' });
    const opened = await Promise.all(several(3, () => openSignedIn(small)));
    await using scope = new AsyncDisposableStack();
    for (const wire of opened) {
      scope.use(wire);
      wire.send(lastCall);
      await eventually(() => expect(answers(wire)).toEqual(['last: data']));
    }
    await using fourth = await openSignedIn(small);
    fourth.send(lastCall);
    await eventually(() => expect(fourth.state()).toBe('close 4429'));
    await opened[0]?.[Symbol.asyncDispose]();
    await eventually(async () => {
      await using next = await openSignedIn(small);
      next.send(lastCall);
      await eventually(() => expect([answers(next), next.state()]).toEqual([['last: data'], 'open']), 2_000);
    });
    expect(opened.slice(1).map((wire) => wire.state())).toEqual(['open', 'open']);
  });

  test('connecting and resetting, 400 times', async () => {
    for (let n = 0; n < 400; n += 1) {
      const wire = await (n % 2 === 0 ? openWire(server.url) : openSignedIn(server));
      await wire[Symbol.asyncDispose]();
    }
  });
});

test('sockets without a token are closed when they stay silent, and stay open while they call', async () => {
  const left = silentSince + silenceMs + 10_000 - performance.now();
  const stillOpen = () => silent.filter((wire) => wire.state() === 'open').length;
  await eventually(() => expect(stillOpen()).toBe(0), Math.max(left, 1_000));
  expect(performance.now() - silentSince).toBeGreaterThan(silenceMs - 5_000);
  expect(anonymous.state()).toBe('open');
});

test('the server does not keep the memory', async () => {
  const grownBytes = (await server.retainedBytes()) - idleBytes;
  process.stdout.write(`live abuse: memory grew by ${Math.round(grownBytes / 1024 / 1024)} MB\n`);
  expect(grownBytes).toBeLessThan(maxGrowthBytes);
});
