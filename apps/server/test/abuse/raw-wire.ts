import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, vi } from 'vitest';

export type RawWire = AsyncDisposable & {
  socket: Socket;
  /** Sends each part unchanged. Drops parts once the connection is closed. */
  send(...parts: readonly (string | Buffer)[]): void;
  /** The texts that have arrived, without the server's keep-alive messages. */
  texts: readonly string[];
  /** The number of pongs that have arrived. */
  pongs(): number;
  /** `HTTP 403`: refused over HTTP. `close 1002`: closed with this code. `cut`: closed without a code. `open`: none of these. */
  state(): string;
};

const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 };

/** A client's frame (RFC 6455, 5.2): by default complete, and masked with zeros. `length` replaces the true length. */
export function frame(
  opcode: keyof typeof opcodes | number,
  payload: string | Buffer = '',
  {
    fin = true,
    reserved = 0,
    masked = true,
    length,
  }: { fin?: boolean; reserved?: number; masked?: boolean; length?: bigint } = {},
): Buffer {
  const body = Buffer.from(payload);
  const claimed = length ?? BigInt(body.length);
  const code = typeof opcode === 'number' ? opcode : opcodes[opcode];
  const first = (fin ? 0x80 : 0) | (reserved << 4) | code;
  const mask = masked ? 0x80 : 0;
  const head = claimed < 126n ? 2 : claimed < 65_536n ? 4 : 10;
  const header = Buffer.alloc(head + (masked ? 4 : 0));
  header[0] = first;
  header[1] = mask | (head === 2 ? Number(claimed) : head === 4 ? 126 : 127);
  if (head === 4) header.writeUInt16BE(Number(claimed), 2);
  if (head === 10) header.writeBigUInt64BE(claimed, 2);
  return Buffer.concat([header, body]);
}

/** The request that opens a socket. A header that is null is left out. One with several values is sent several times. */
export function upgrade({
  line = 'GET /trpc HTTP/1.1',
  headers = {},
}: {
  line?: string;
  headers?: Record<string, string | readonly string[] | null>;
} = {}): string {
  const all = {
    Host: 'localhost',
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    ...headers,
  };
  const lines = Object.entries(all).flatMap(([name, value]) =>
    [value ?? []].flat().map((each) => `${name}: ${each}`),
  );
  return `${[line, ...lines].join('\r\n')}\r\n\r\n`;
}

/** Opens a TCP connection that carries only what the test sends. */
export async function openWire(url: string): Promise<RawWire> {
  const { hostname, port } = new URL(url);
  const socket = connect({ port: Number(port), host: hostname, noDelay: true });
  const texts: string[] = [];
  let pongs = 0;
  let state = 'open';
  let isUpgraded = false;
  let unread: Buffer = Buffer.alloc(0);

  const receive = (text: string) => {
    // tRPC's keep-alive message, which every client answers.
    if (text === 'PING') socket.write(frame('text', 'PONG'));
    else texts.push(text);
  };
  const readFrames = () => {
    for (let next = readFrame(unread); next !== null; next = readFrame(unread)) {
      unread = unread.subarray(next.size);
      if (next.opcode === opcodes.text) receive(next.payload.toString());
      if (next.opcode === opcodes.pong) pongs += 1;
      if (next.opcode === opcodes.close && state === 'open') {
        state = `close ${next.payload.length >= 2 ? next.payload.readUInt16BE() : 1005}`;
      }
    }
  };
  socket.on('data', (data) => {
    unread = Buffer.concat([unread, data]);
    if (!isUpgraded) {
      const end = unread.indexOf('\r\n\r\n');
      if (end === -1) return;
      const status = unread.toString('latin1', 9, 12);
      if (status !== '101') state = `HTTP ${status}`;
      isUpgraded = status === '101';
      unread = unread.subarray(end + 4);
    }
    if (isUpgraded) readFrames();
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    if (state === 'open') state = 'cut';
  });
  await once(socket, 'connect');
  return {
    socket,
    texts,
    pongs: () => pongs,
    state: () => state,
    send: (...parts) => {
      for (const part of parts) if (socket.writable) socket.write(part);
    },
    [Symbol.asyncDispose]: async () => {
      if (socket.closed) return;
      const closed = once(socket, 'close');
      socket.resetAndDestroy();
      await closed;
    },
  };
}

/** Waits until the server has handled everything that was sent: until it pongs or closes. Returns the state. */
export async function settled(wire: RawWire): Promise<string> {
  const before = wire.pongs();
  wire.send(frame('ping'));
  await vi.waitFor(() => expect(wire.pongs() > before || wire.state() !== 'open').toBe(true), {
    timeout: 10_000,
    interval: 5,
  });
  return wire.state();
}

/** The first complete frame in the server's bytes; null when there is none yet. */
function readFrame(bytes: Buffer): { opcode: number; payload: Buffer; size: number } | null {
  if (bytes.length < 2) return null;
  const short = bytes.readUInt8(1) & 0x7f;
  const head = short < 126 ? 2 : short === 126 ? 4 : 10;
  if (bytes.length < head) return null;
  const length = head === 2 ? short : head === 4 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  if (bytes.length < head + length) return null;
  return {
    opcode: bytes.readUInt8(0) & 0x0f,
    payload: bytes.subarray(head, head + length),
    size: head + length,
  };
}
