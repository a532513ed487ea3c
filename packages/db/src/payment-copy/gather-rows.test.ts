import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { gatherRows } from './gather-rows.ts';
import { createPiecePool, pieceBytes } from './piece-pool.ts';

const atEnd = async () => {};
const lines = { lineEnd: '\n', endsWithInstant: false, breaks: null };

/** Bytes of a row with its line feed. Short rows may have line feeds inside, and long ones need a piece of their own. */
const rowBytes = fc.oneof(
  fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', 'a', 'ü', '🦊'), maxLength: 20 }),
  fc.integer({ min: pieceBytes - 3, max: pieceBytes + 1 }).map((length) => 'x'.repeat(length)),
  fc.integer({ min: 1, max: 30_000 }).map((length) => 'y'.repeat(length)),
);

test.each(['\r\n', '\n'])('each row ends with %j, and has its other bytes as they were', async (lineEnd) => {
  const property = fc.asyncProperty(fc.array(rowBytes, { maxLength: 30 }), async (rows) => {
    const counts: number[] = [];
    const pool = createPiecePool();
    const stream = Readable.from(rows.map((row) => Buffer.from(`${row}\n`)));
    const pieces = gatherRows(stream, {
      lines: { lineEnd, endsWithInstant: false, breaks: null },
      pool,
      atEnd: async (count) => void counts.push(count),
    });
    const arrived: string[] = [];
    for await (const piece of pieces) {
      arrived.push(piece.toString('latin1'));
      // A piece that was given back is filled again, so each must have been read before.
      pool.give(piece);
    }
    const file = rows.map((row) => `${row}${lineEnd}`).join('');
    expect(Buffer.from(arrived.join(''), 'latin1').equals(Buffer.from(file))).toBe(true);
    expect(counts).toEqual([rows.length]);
  });
  await fc.assert(property, { numRuns: 200 });
});

test('a time at the end of a row becomes the text of the API', async () => {
  const gathered = (rows: string[]) => {
    const stream = Readable.from(rows.map((row) => Buffer.from(row)));
    return text(
      gatherRows(stream, {
        lines: { lineEnd: '\r\n', endsWithInstant: true, breaks: null },
        pool: createPiecePool(),
        atEnd,
      }),
    );
  };
  expect(
    await gathered(['a,2025-01-31 12:00:00.000001+00\n', 'b,"\n",12025-01-31 23:59:59.999001+00\n']),
  ).toBe('a,2025-01-31T12:00:00.000Z\r\nb,"\n",12025-01-31T23:59:59.999Z\r\n');
  for (const other of [
    'a,2025-01-31 12:00:00+00\n',
    'a,0044-03-15 12:00:00.000001+00 BC\n',
    'a,infinity\n',
    '\n',
  ])
    await expect(gathered([other])).rejects.toThrow('must be a time after the year 0');
});

test('no more than a few pieces are gathered before they are read', async () => {
  let sent = 0;
  const rows = Readable.from(
    (function* () {
      for (;;) {
        sent += 1;
        yield Buffer.from(`${'x'.repeat(999)}\n`);
      }
    })(),
  );
  const pieces = gatherRows(rows, { lines, pool: createPiecePool(), atEnd });
  for await (const _piece of pieces) if (sent > 1_000) break;
  await new Promise((resolve) => setImmediate(resolve));
  expect(sent).toBeLessThan(2_000);
  expect(rows.destroyed).toBe(true);
});

test('the pieces end with the error of the rows, of the end, or of a message that is not a row', async () => {
  const failing = (rows: Iterable<Buffer>, end = atEnd) =>
    buffer(gatherRows(Readable.from(rows), { lines, pool: createPiecePool(), atEnd: end }));
  const lost = function* () {
    yield Buffer.from('row\n');
    throw new Error('lost');
  };
  await expect(failing(lost())).rejects.toThrow('lost');
  await expect(failing([Buffer.from('row\n'), Buffer.from('ro')])).rejects.toThrow('must be a whole row');
  await expect(failing([Buffer.alloc(0)])).rejects.toThrow('must be a whole row');
  const differs = () => Promise.reject(new Error('differs'));
  await expect(failing([Buffer.from('row\n')], differs)).rejects.toThrow('differs');
});

test('an error before the first read does not end the process, and reaches the reader', async () => {
  const rows = new Readable({ read: () => {} });
  const pieces = gatherRows(rows, { lines, pool: createPiecePool(), atEnd });
  rows.destroy(new Error('lost'));
  await new Promise((resolve) => pieces.once('close', resolve));
  await expect(buffer(pieces)).rejects.toThrow('lost');
});
