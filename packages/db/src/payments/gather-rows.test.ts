import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { gatherRows } from './gather-rows.ts';
import { createPiecePool, pieceBytes } from './piece-pool.ts';

const atEnd = async () => {};

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
      lineEnd,
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
  const pieces = gatherRows(rows, { lineEnd: '\n', pool: createPiecePool(), atEnd });
  for await (const _piece of pieces) if (sent > 1_000) break;
  await new Promise((resolve) => setImmediate(resolve));
  expect(sent).toBeLessThan(2_000);
  expect(rows.destroyed).toBe(true);
});

test('the pieces end with the error of the rows, of the end, or of a message that is not a row', async () => {
  const failing = (rows: Iterable<Buffer>, end = atEnd) =>
    buffer(gatherRows(Readable.from(rows), { lineEnd: '\n', pool: createPiecePool(), atEnd: end }));
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
  const pieces = gatherRows(rows, { lineEnd: '\n', pool: createPiecePool(), atEnd });
  rows.destroy(new Error('lost'));
  await new Promise((resolve) => pieces.once('close', resolve));
  await expect(buffer(pieces)).rejects.toThrow('lost');
});
