import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Config } from './config.ts';
import { listenStartError } from './explain-listen-failure.ts';

/**
 * Rejects with `StartError` if the server can't listen on its address. It is called before the page is built and the
 * database is created, so a port in use is reported at once.
 */
export async function checkAddress({ host, port }: Pick<Config, 'host' | 'port'>): Promise<void> {
  const probe = createServer();
  try {
    probe.listen({ host, port });
    await once(probe, 'listening');
  } catch (error) {
    throw listenStartError(error, { host, port });
  }
  probe.close();
  await once(probe, 'close');
}
