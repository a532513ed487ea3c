import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { frameScanner } from './frame-scanner.ts';

const opcodes = { text: 1, close: 8, ping: 9, pong: 10 } as const;

/** All sockets of the process share it: each chunk is scanned before the next one is read. */
const readBuffer = Buffer.alloc(256 * 1024);

export type RawWebSocket = {
  send(text: string): void;
  /** From now on, texts of at least this many bytes are not read, only counted: `onLongText`. */
  skimFrom(bytes: number): void;
  /** Stops reading. What the server sends fills the network's buffers, then the server's own. */
  pause(): void;
  resume(): void;
  destroy(): void;
};

export type Listeners = {
  onOpen(): void;
  onText(text: string): void;
  onLongText(bytes: number): void;
  /** Called once, with the reason. */
  onClose(reason: string): void;
};

/**
 * A WebSocket that is very cheap to read from, so that the benchmark does not measure its own load: it counts messages
 * without parsing them. It answers the protocol's pings.
 */
export function openRawWebSocket(url: URL, listeners: Listeners): RawWebSocket {
  let response = '';
  let isOpen = false;
  let reason = 'the connection was lost';

  const scanner = frameScanner(({ opcode, payloadBytes, text }) => {
    if (text !== null) listeners.onText(text);
    else if (opcode === opcodes.text) listeners.onLongText(payloadBytes);
    else if (opcode === opcodes.ping) socket.write(clientFrame(opcodes.pong, ''));
    else if (opcode === opcodes.close) reason = 'the server closed it';
  });
  /** Returns the offset at which the frames begin. */
  const readResponse = (length: number): number => {
    const before = response.length;
    response += readBuffer.toString('latin1', 0, length);
    const end = response.indexOf('\r\n\r\n');
    if (end === -1) return length;
    if (!response.startsWith('HTTP/1.1 101')) {
      reason = `the server answered ${response.split('\r\n', 1)[0]}`;
      socket.destroy();
      return length;
    }
    isOpen = true;
    listeners.onOpen();
    return end + 4 - before;
  };

  const socket = connect({
    host: url.hostname,
    port: Number(url.port),
    onread: {
      buffer: readBuffer,
      callback: (length) => {
        scanner.scan(readBuffer, isOpen ? 0 : readResponse(length), length);
        return true;
      },
    },
  });
  socket.setNoDelay(true);
  socket.on('error', (error) => {
    reason = error.message;
  });
  socket.on('close', () => listeners.onClose(reason));
  socket.write(
    [
      `GET ${url.pathname}${url.search} HTTP/1.1`,
      `Host: ${url.host}`,
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
      'Sec-WebSocket-Version: 13',
      '\r\n',
    ].join('\r\n'),
  );

  return {
    send: (text) => socket.write(clientFrame(opcodes.text, text)),
    skimFrom: (bytes) => {
      scanner.textBelowBytes = bytes;
    },
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    destroy: () => socket.destroy(),
  };
}

/** A whole frame of up to 64 kB. It is masked, as a client's frame must be, with zeros, which change nothing. */
function clientFrame(opcode: number, payload: string): Buffer {
  const bytes = Buffer.from(payload);
  const isShort = bytes.length < 126;
  const header = Buffer.alloc((isShort ? 2 : 4) + 4);
  header[0] = 0x80 | opcode;
  header[1] = 0x80 | (isShort ? bytes.length : 126);
  if (!isShort) header.writeUInt16BE(bytes.length, 2);
  return Buffer.concat([header, bytes]);
}
