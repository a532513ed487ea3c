import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A TCP proxy on 127.0.0.1 between two programs. It can do what networks do. */
export type FaultyLink = AsyncDisposable & {
  readonly port: number;
  /** The open connections. */
  readonly size: number;
  /** Resets this share of the connections, from 0 to 1. Bytes on their way are lost. */
  cut(share: number): void;
  /** Lets nothing pass in either direction. Connections stay open, and new ones are accepted. */
  silence(): void;
  /** Closes the connections to the target. The other side gets no sign of it. */
  halfOpen(): void;
  /** Everything takes this much longer, in each direction. */
  slowDown(ms: number): void;
  /** Passes only the first half of the next reply, and resets that connection. */
  cutNextReply(): void;
  refuse(): void;
  /** The network is good again. Resets the connections that were silent, half-open or slow. */
  heal(): void;
};

type Pair = { client: Socket; target: Socket; isSilent: boolean };

/** Each new connection goes to the URL that `target` gives then. */
export async function startFaultyLink(target: () => string): Promise<FaultyLink> {
  const pairs = new Set<Pair>();
  let mode: 'good' | 'silent' | 'refusing' = 'good';
  let delayMs = 0;
  let repliesToCut = 0;

  const cutPair = ({ client, target: upstream }: Pair) => {
    client.resetAndDestroy();
    upstream.resetAndDestroy();
  };
  const send = (chunk: Buffer, from: Socket, to: Socket) => {
    if (to.destroyed || to.write(chunk)) return;
    from.pause();
    to.once('drain', () => from.resume());
  };
  const pass = (pair: Pair, from: Socket, to: Socket) =>
    from.on('data', (chunk: Buffer) => {
      if (pair.isSilent) return;
      if (repliesToCut > 0 && from === pair.target) {
        repliesToCut -= 1;
        to.write(chunk.subarray(0, Math.floor(chunk.length / 2)), () => cutPair(pair));
        pair.isSilent = true;
      } else if (delayMs > 0) setTimeout(() => send(chunk, from, to), delayMs);
      else send(chunk, from, to);
    });

  const server = createServer({ noDelay: true }, (client) => {
    if (mode === 'refusing') return void client.resetAndDestroy();
    const { hostname, port } = new URL(target());
    const upstream = connect({ host: hostname, port: Number(port), noDelay: true });
    const pair: Pair = { client, target: upstream, isSilent: mode === 'silent' };
    for (const socket of [client, upstream]) socket.on('error', () => socket.destroy());
    client.on('close', () => pairs.delete(pair) && upstream.destroy());
    upstream.on('close', () => {
      if (!pair.isSilent) client.destroy();
    });
    pass(pair, client, upstream);
    pass(pair, upstream, client);
    pairs.add(pair);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A TCP server must have a port.');
  const silencePairs = () => {
    for (const pair of pairs) pair.isSilent = true;
  };

  return {
    port: address.port,
    get size() {
      return pairs.size;
    },
    cut: (share) => {
      for (const pair of [...pairs].slice(0, Math.ceil(pairs.size * share))) cutPair(pair);
    },
    silence: () => {
      mode = 'silent';
      silencePairs();
    },
    halfOpen: () => {
      silencePairs();
      for (const { target: upstream } of pairs) upstream.destroy();
    },
    slowDown: (ms) => {
      delayMs = ms;
    },
    cutNextReply: () => {
      repliesToCut += 1;
    },
    refuse: () => {
      mode = 'refusing';
      for (const pair of pairs) cutPair(pair);
    },
    heal: () => {
      const wasSlow = delayMs > 0;
      mode = 'good';
      delayMs = 0;
      repliesToCut = 0;
      for (const pair of pairs) if (pair.isSilent || wasSlow) cutPair(pair);
    },
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const pair of pairs) cutPair(pair);
      await closed;
    },
  };
}
