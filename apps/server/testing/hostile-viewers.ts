import { setTimeout as delay } from 'node:timers/promises';

/** A signed-in user who takes as much as the server gives. */
export type HostileViewer = {
  token: string;
  /** Where the viewer's requests come from, as the proxy in front of the server reports it. */
  address: string;
};

export type HostileLoad = {
  /** How often each kind of call was answered or refused. */
  counts: ReadonlyMap<string, number>;
  /** The close codes of the sockets of each viewer, in the order in which they were closed. */
  closed: ReadonlyMap<HostileViewer, readonly number[]>;
  end(): Promise<void>;
};

const searchersPerViewer = 5;
const dashboardsPerSocket = 40;
const longestBody = 3_000_000;

/**
 * Lets each viewer do everything at once that has stalled a server before: live dashboards with other amounts, searches, exports that
 * are read slowly, wrong sign-ins, and large bodies.
 */
export function startHostileLoad(
  url: string,
  viewers: readonly HostileViewer[],
  /** Paths and queries of slow reads. */
  searches: readonly string[],
): HostileLoad {
  const counts = new Map<string, number>();
  const closed = new Map<HostileViewer, number[]>(viewers.map((viewer) => [viewer, []]));
  const ending = new AbortController();
  const { signal } = ending;
  const count = (kind: string) => counts.set(kind, (counts.get(kind) ?? 0) + 1);

  /** Repeats an attack until the end. The pause keeps a refused one from using all of the CPU of this process. */
  const repeat = async (kind: string, attack: (n: number) => Promise<unknown>) => {
    for (let n = 0; !signal.aborted; n++) {
      await attack(n).then(
        () => count(kind),
        () => count(`${kind} cut`),
      );
      await delay(20);
    }
  };

  const watchDashboards = (viewer: HostileViewer, n: number) =>
    new Promise<void>((resolve) => {
      const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/trpc?connectionParams=1`);
      const close = () => socket.close();
      signal.addEventListener('abort', close);
      socket.addEventListener('close', ({ code }) => {
        signal.removeEventListener('abort', close);
        closed.get(viewer)?.push(code);
        resolve();
      });
      socket.addEventListener('open', () => {
        socket.send(JSON.stringify({ method: 'connectionParams', data: { token: viewer.token } }));
        for (let id = 0; id < dashboardsPerSocket; id++) {
          const input = { from: '2024-01-01', filter: { minAmountMinor: n * dashboardsPerSocket + id } };
          socket.send(
            JSON.stringify({ id, method: 'subscription', params: { path: 'stats.onUpdate', input } }),
          );
        }
      });
    });

  const request = (viewer: HostileViewer, path: string, init: RequestInit = {}) =>
    fetch(`${url}${path}`, {
      ...init,
      signal,
      headers: {
        authorization: `Bearer ${viewer.token}`,
        'content-type': 'application/json',
        'x-forwarded-for': viewer.address,
      },
    });

  const exportSlowly = async (viewer: HostileViewer) => {
    const { body } = await request(viewer, '/api/payments/export');
    for await (const _ of body ?? []) await delay(500, undefined, { signal });
  };

  const signInWrongly = async (viewer: HostileViewer, n: number) => {
    const body = JSON.stringify({ username: `nobody-${n}`, password: 'a wrong password' });
    await (await request(viewer, '/trpc/auth.login', { method: 'POST', body })).text();
  };

  const sendLargeBody = async (viewer: HostileViewer) => {
    const body = `{"payments":${'['.repeat(longestBody)}`;
    await (await request(viewer, '/trpc/payments.createMany', { method: 'POST', body })).text();
  };

  const search = async (viewer: HostileViewer, n: number) => {
    await (await request(viewer, searches[n % searches.length] ?? '')).text();
  };

  const running = viewers.map(async (viewer, offset) => {
    await Promise.all([
      repeat('sockets', (n) => watchDashboards(viewer, n)),
      repeat('exports', () => exportSlowly(viewer)),
      repeat('sign-ins', (n) => signInWrongly(viewer, n)),
      repeat('large bodies', () => sendLargeBody(viewer)),
      ...Array.from({ length: searchersPerViewer }, (_, searcher) =>
        repeat('searches', (n) => search(viewer, n + 7 * offset + searcher)),
      ),
    ]);
  });
  return {
    counts,
    closed,
    end: async () => {
      ending.abort();
      await Promise.all(running);
    },
  };
}
