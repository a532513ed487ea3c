import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { createTestDatabase, type TestDatabase } from '@paydeck/db/testing';

export type HeldDatabase = AsyncDisposable & {
  /** The database as the server sees it, through the proxy. */
  database: TestDatabase;
  /** From now on, a reply with many rows stops after its first rows, whatever the size of buffers. */
  hold(): void;
  release(): void;
};

/** The replies to all other queries of a test are smaller. */
const heldFrom = 200_000;

/** A database behind a proxy that can stop exports after their first rows, and passes everything else on. */
export async function heldDatabase(): Promise<HeldDatabase> {
  const direct = await createTestDatabase();
  const target = new URL(direct.url);
  const held = new Set<Socket>();
  let isHolding = false;
  const proxy = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    let passed = 0;
    upstream.on('data', (chunk) => {
      passed += chunk.length;
      client.write(chunk);
      if (!isHolding || passed < heldFrom) return;
      upstream.pause();
      held.add(upstream);
    });
    client.pipe(upstream);
    client.on('error', () => {}).on('close', () => upstream.destroy());
    upstream.on('error', () => {}).on('close', () => client.end());
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  const address = proxy.address();
  const url = new URL(direct.url);
  url.port = String(typeof address === 'object' ? address?.port : '');
  return {
    database: { ...direct, url: url.href },
    hold: () => {
      isHolding = true;
    },
    release: () => {
      isHolding = false;
      for (const upstream of held) upstream.resume();
      held.clear();
    },
    [Symbol.asyncDispose]: async () => {
      proxy.close();
      await direct[Symbol.asyncDispose]();
    },
  };
}
