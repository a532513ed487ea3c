/** The process that plays clients whose connections are cut again and again. It counts each event at each client. */
import type { Tokens } from '@paydeck/client';
import { answerRequests } from '../../worker-process.ts';
import { startCuttingProxy } from './cutting-proxy.ts';
import { followers } from './follow.ts';
import type { Target } from './target.ts';

export type CutClientsRequest =
  | { do: 'follow'; target: Target; tokens: Tokens; clients: number }
  | { do: 'cut'; everyMs: number }
  | { do: 'heal' }
  /** Counts events whose text begins so. */
  | { do: 'count'; prefix: string };

export type CutClientsAnswer = {
  /** Events that a client got, each counted once, of all clients together. */
  distinct: number;
  /** Those that came to a client again. */
  duplicates: number;
  /** Clients that got one at least. */
  clientsReached: number;
};

/** How often each client got each event, by its text. */
let clients: Map<string, number>[] = [];
let proxy: Awaited<ReturnType<typeof startCuttingProxy>> | null = null;

answerRequests(async (request: CutClientsRequest): Promise<CutClientsAnswer> => {
  if (request.do === 'follow') await follow(request);
  if (request.do === 'cut') proxy?.startCutting(request.everyMs);
  if (request.do === 'heal') proxy?.stopCutting();
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
