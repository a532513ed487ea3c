/** The process of the clients whose connections are cut repeatedly. It counts how often each client got each event. */
import type { Tokens } from '@paydeck/client';
import { answerRequests } from '../../worker-process.ts';
import { startCuttingProxy } from './cutting-proxy.ts';
import { followers } from './follow.ts';
import type { Target } from './target.ts';

export type CutClientsRequest =
  | { do: 'follow'; target: Target; tokens: Tokens; clients: number }
  | { do: 'start-cutting'; everyMs: number }
  | { do: 'stop-cutting' }
  /** Counts the events whose description starts with the prefix. */
  | { do: 'count'; prefix: string };

export type CutClientsAnswer = {
  /** The different events that each client got, summed over all clients. */
  distinct: number;
  /** Events that a client got again. */
  duplicates: number;
  /** Clients that got at least one. */
  clientsReached: number;
};

/** For each client: how often it got each event, by description. */
let clients: Map<string, number>[] = [];
let proxy: Awaited<ReturnType<typeof startCuttingProxy>> | null = null;

answerRequests(async (request: CutClientsRequest): Promise<CutClientsAnswer> => {
  if (request.do === 'follow') await follow(request);
  if (request.do === 'start-cutting') proxy?.startCutting(request.everyMs);
  if (request.do === 'stop-cutting') proxy?.stopCutting();
  return count(request.do === 'count' ? request.prefix : '');
});

async function follow({ target, tokens, clients: n }: CutClientsRequest & { do: 'follow' }): Promise<void> {
  proxy = await startCuttingProxy(target.url);
  const { url } = proxy;
  clients = Array.from({ length: n }, () => new Map());
  await Promise.all(
    clients.map((counts) =>
      followers[target.protocol]({
        url,
        tokens,
        onEvent: (description) => {
          const key = description ?? '';
          counts.set(key, (counts.get(key) ?? 0) + 1);
        },
      }),
    ),
  );
}

function count(prefix: string): CutClientsAnswer {
  let distinct = 0;
  let duplicates = 0;
  let clientsReached = 0;
  for (const counts of clients) {
    const times = [...counts].filter(([key]) => key.startsWith(prefix)).map(([, n]) => n);
    distinct += times.length;
    duplicates += times.reduce((sum, n) => sum + n - 1, 0);
    if (times.length > 0) clientsReached += 1;
  }
  return { distinct, duplicates, clientsReached };
}
