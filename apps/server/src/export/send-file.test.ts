import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { createPiecePool } from '@paydeck/db/payment-copy';
import { expect, test } from 'vitest';
import { createGiveWay } from '../http/give-way.ts';
import { ReaderLeftError, sendFile } from './send-file.ts';

/** A server that answers every request with these rows, and records how each file ended. */
async function serve(rows: () => Readable, { gzip = false, windowMs = 200 } = {}) {
  const endings: Promise<unknown>[] = [];
  const server = createServer((_request, response) => {
    const source = rows();
    const sent = sendFile(response, {
      header: 'header\r\n',
      lines: source,
      totals: () => ({ rows: 0, sums: new Map(), asOf: 0 }),
      lastLine: null,
      pool: createPiecePool(),
      gzip,
      spool: { memoryBytes: 1_000_000, reserveBytes: 0 },
      pace: { minBytesPerSecond: 64_000, windowMs },
      giveWay: createGiveWay(() => false),
    });
    endings.push(
      sent.then(
        () => 'whole',
        (error) => (source.destroyed ? (error instanceof ReaderLeftError ? 'left' : 'cut') : 'leaked'),
      ),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    port,
    endings,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function* endless() {
  for (;;) yield Buffer.alloc(65_536, 'x');
}

test.each([false, true])('a client that stops reading is disconnected (gzip: %s)', async (gzip) => {
  // Random bytes, which gzip can't compress.
  const noise = randomBytes(65_536);
  await using server = await serve(
    () =>
      Readable.from(
        (function* () {
          for (;;) yield noise;
        })(),
      ),
    { gzip },
  );
  const socket = connect(server.port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(socket, 'data');
  socket.pause();
  expect(await server.endings[0]).toBe('left');
  socket.destroy();
});

test('a client that disconnects ends the source', async () => {
  await using server = await serve(() => Readable.from(endless()), { windowMs: 60_000 });
  const socket = connect(server.port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(socket, 'data');
  socket.destroy();
  expect(await server.endings[0]).toBe('left');
});

test('the file waits for its source', async () => {
  const rows = new PassThrough();
  await using server = await serve(() => rows);
  const response = await fetch(`http://127.0.0.1:${server.port}`);
  const reader = response.body ?? expect.unreachable();
  rows.end('row\r\n');
  expect(await text(Readable.fromWeb(reader))).toBe('header\r\nrow\r\n');
  expect(await server.endings[0]).toBe('whole');
});

test('a source that fails cuts the connection', async () => {
  const rows = new PassThrough();
  await using server = await serve(() => rows);
  const response = await fetch(`http://127.0.0.1:${server.port}`);
  rows.destroy(new Error('The connection was lost.'));
  await expect(response.text()).rejects.toThrow();
  expect(await server.endings[0]).toBe('cut');
});
