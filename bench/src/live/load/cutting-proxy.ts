import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { listenLocally } from '../../listen-locally.ts';

export type CuttingProxy = {
  /** What clients connect to instead of the server. */
  url: string;
  /** From now on each connection, also those to come, is cut after a time by chance that is `everyMs` on average. */
  cut(everyMs: number): void;
  heal(): void;
  close(): Promise<void>;
};

/** Hands bytes through to a server on this machine, and cuts connections as a network does: what is on its way is lost. */
export async function startCuttingProxy(serverUrl: string): Promise<CuttingProxy> {
  const { hostname: host, port } = new URL(serverUrl);
  /** How each open connection is cut. */
  const open = new Set<() => void>();
  const timers = new Set<NodeJS.Timeout>();
  let everyMs: number | null = null;

  const cutSome = (cut: () => void) => {
    if (everyMs === null) return;
    const timer = setTimeout(cut, everyMs * (0.5 + Math.random()));
    timers.add(timer);
  };

  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ host, port: Number(port), noDelay: true });
    const cut = () => {
      near.resetAndDestroy();
      far.resetAndDestroy();
    };
    join(near, far);
    join(far, near);
    open.add(cut);
    near.on('close', () => open.delete(cut));
    cutSome(cut);
  });
  const url = await listenLocally(server);

  const heal = () => {
    everyMs = null;
    for (const timer of timers) clearTimeout(timer);
    timers.clear();
  };
  return {
    url,
    cut: (ms) => {
      everyMs = ms;
      for (const cut of open) cutSome(cut);
    },
    heal,
    close: async () => {
      heal();
      const closed = once(server, 'close');
      server.close();
      for (const cut of open) cut();
      await closed;
    },
  };
}

function join(from: Socket, to: Socket): void {
  from.on('error', () => to.destroy());
  from.on('close', () => to.destroy());
  from.pipe(to);
}
