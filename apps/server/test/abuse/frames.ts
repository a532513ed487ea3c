import { frame } from './raw-wire.ts';

/** Frames that are sent on an open socket, and the states that the socket may have afterwards. */
export type Frames = [name: string, frames: Buffer[], expected: RegExp];

const closeFrame = (code: number, reason: string | Buffer = '') => {
  const body = Buffer.alloc(2);
  body.writeUInt16BE(code);
  return frame('close', Buffer.concat([body, Buffer.from(reason)]));
};

const times = (count: number, part: Buffer) => Array.from({ length: count }, () => part);
const protocolError = /^close 1002$/;
const tooBig = /^close 1009$/;
const notUtf8 = /^close 1007$/;
const kilobytes = (count: number) => Buffer.alloc(count * 1024, 'x');

export const frames: Frames[] = [
  ['not masked', [frame('text', 'A', { masked: false })], protocolError],
  ...[1, 2, 4, 7].map(
    (reserved): Frames => [`reserved bits ${reserved}`, [frame('text', 'A', { reserved })], protocolError],
  ),
  ...[3, 7, 11, 15].map((opcode): Frames => [`opcode ${opcode}`, [frame(opcode)], protocolError]),
  ['a fragmented ping', [frame('ping', '', { fin: false })], protocolError],
  ['a fragmented close', [frame('close', '', { fin: false })], protocolError],
  ['a ping of 126 bytes', [frame('ping', Buffer.alloc(126))], protocolError],
  ['text that is not UTF-8', [frame('text', Buffer.from([0xff, 0xfe]))], notUtf8],
  [
    'text that is not UTF-8 in its second fragment',
    [frame('text', Buffer.from([0xc3]), { fin: false }), frame('continuation', 'A')],
    notUtf8,
  ],
  ...[0, 999, 1004, 1005, 1006, 2999, 5000].map(
    (code): Frames => [`close code ${code}`, [closeFrame(code)], protocolError],
  ),
  ['a close of one byte', [frame('close', 'A')], protocolError],
  ['a close reason that is not UTF-8', [closeFrame(1000, Buffer.from([0xff]))], notUtf8],
  ['a normal close', [closeFrame(1000, 'bye')], /^close 1000$/],
  ['frames after a close', [closeFrame(1000), frame('text', '{'), frame('text', '{')], /^close 1000$/],
  ['a claimed length of 300 kB', [frame('text', '', { length: 300n * 1024n })], tooBig],
  ['a claimed length of 2^53 bytes', [frame('text', '', { length: 2n ** 53n })], tooBig],
  ['a claimed length of 2^64 - 1 bytes', [frame('text', '', { length: 2n ** 64n - 1n })], tooBig],
  ['300 kB', [frame('text', kilobytes(300))], tooBig],
  [
    'fragments of 300 kB together',
    [
      frame('text', kilobytes(60), { fin: false }),
      ...times(5, frame('continuation', kilobytes(60), { fin: false })),
    ],
    tooBig,
  ],
  [
    '50,000 empty fragments without a last one',
    [frame('text', '', { fin: false }), ...times(50_000, frame('continuation', '', { fin: false }))],
    /^(open|close 100[289])$/,
  ],
  [
    '50,000 fragments of one byte without a last one',
    [frame('text', 'x', { fin: false }), ...times(50_000, frame('continuation', 'x', { fin: false }))],
    /^(open|close 100[289])$/,
  ],
  ['a continuation without a first fragment', [frame('continuation', 'A')], protocolError],
  ['a text between fragments', [frame('text', 'A', { fin: false }), frame('text', 'A')], protocolError],
  ['5,000 pings', times(5_000, frame('ping', 'still there?')), /^(cut|open|close 4429)$/],
  ['5,000 unsolicited pongs', times(5_000, frame('pong')), /^(open|close 4429)$/],
];

/** Frames that are never completed. */
export const halfFrames: [name: string, bytes: Buffer][] = [
  ['one byte of a frame', Buffer.from([0x81])],
  ['half a length', Buffer.from([0x81, 0xfe, 0x01])],
  ['half a mask', Buffer.from([0x81, 0x85, 0x00, 0x00])],
  ['half of a text', frame('text', '{"id":1', { length: 100n })],
];
