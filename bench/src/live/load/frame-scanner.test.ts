import { expect, test } from 'vitest';
import { type Frame, frameScanner } from './frame-scanner.ts';

/** A frame as a server sends it. From 126 bytes on, the header has 2 or 8 more bytes for the length. */
function serverFrame(opcode: number, payload: string): Buffer {
  const bytes = Buffer.from(payload);
  const header = Buffer.alloc(bytes.length < 126 ? 2 : bytes.length < 65_536 ? 4 : 10);
  header[0] = 0x80 | opcode;
  if (header.length === 2) header[1] = bytes.length;
  if (header.length === 4) {
    header[1] = 126;
    header.writeUInt16BE(bytes.length, 2);
  }
  if (header.length === 10) {
    header[1] = 127;
    header.writeBigUInt64BE(BigInt(bytes.length), 2);
  }
  return Buffer.concat([header, bytes]);
}

const payloads = ['', 'PING', 'ü'.repeat(60), 'a'.repeat(125), 'b'.repeat(126), 'c'.repeat(65_536)];
const stream = Buffer.concat([...payloads.map((payload) => serverFrame(1, payload)), serverFrame(9, 'p')]);

test.each([1, 2, 3, 127, 65_536, stream.length])('frames are found in chunks of %d bytes', (size) => {
  const frames: Frame[] = [];
  const scanner = frameScanner((frame) => frames.push(frame));
  // The buffer is reused, as a socket's buffer is.
  const buffer = Buffer.alloc(size);
  for (let at = 0; at < stream.length; at += size) {
    const length = stream.copy(buffer, 0, at, at + size);
    scanner.scan(buffer, 0, length);
  }
  expect(frames).toEqual([
    ...payloads.map((text) => ({ opcode: 1, payloadBytes: Buffer.byteLength(text), text })),
    { opcode: 9, payloadBytes: 1, text: null },
  ]);
});

test('only the headers of long frames are read', () => {
  const frames: Frame[] = [];
  const scanner = frameScanner((frame) => frames.push(frame));
  scanner.textBelowBytes = 5;
  scanner.scan(stream, 0, stream.length);
  expect(frames.map(({ text }) => text)).toEqual(['', 'PING', null, null, null, null, null]);
});
