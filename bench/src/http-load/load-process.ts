/** A process of the load. */
import { setTimeout as delay } from 'node:timers/promises';
import { callsPerSecond } from '../measure.ts';
import { answerRequests } from '../worker-process.ts';
import { type Call, IdsUsedUpError, requestTexts } from './call.ts';
import { openRawConnection, type RawConnection } from './raw-http.ts';
import { type LoadAnswer, startTally } from './tally.ts';

/** A server, and the calls that are made in turns. */
type Target = { url: string; calls: readonly Call[] };

export type LoadRequest =
  /**
   * Each client has a connection, and calls again as soon as its last call is answered and the pause is over. It ends when
   * the time is over, or when the ids are used up.
   */
  | (Target & {
      do: 'loop';
      clients: number;
      seconds: number;
      pauseMs?: number;
      /** Whether the answer lists the time of each call. */
      keepTimes?: boolean;
    })
  /** Sends this many requests at once, over few connections. Answers as soon as they are sent. */
  | (Target & { do: 'flood'; requests: number; connections: number })
  /** Answers when all requests of the last flood are answered. */
  | { do: 'await-flood' };

let flood: Promise<LoadAnswer> | null = null;

answerRequests(async (request: LoadRequest): Promise<LoadAnswer | null> => {
  if (request.do === 'loop') return await runLoop(request);
  if (request.do === 'await-flood') return await flood;
  const sent = Promise.withResolvers<null>();
  flood = runFlood(request, () => sent.resolve(null));
  return await sent.promise;
});

async function runLoop(request: LoadRequest & { do: 'loop' }): Promise<LoadAnswer> {
  const { clients, pauseMs = 0, keepTimes = false } = request;
  await using load = openLoad(request, clients);
  const free = [...load.connections];
  const calls = callsPerSecond(request, async () => {
    const connection = free.pop();
    if (connection === undefined) throw new Error('Each client needs a connection.');
    await load.callOver(connection);
    free.push(connection);
    if (pauseMs > 0) await delay(pauseMs);
  });
  await calls.catch((error: unknown) => {
    if (!(error instanceof IdsUsedUpError)) throw error;
  });
  return load.tally.answer({ keepTimes });
}

async function runFlood(request: LoadRequest & { do: 'flood' }, onSent: () => void): Promise<LoadAnswer> {
  await using load = openLoad(request, request.connections);
  const answered: Promise<void>[] = [];
  while (answered.length < request.requests) {
    for (const connection of load.connections) {
      if (answered.length < request.requests) answered.push(load.callOver(connection));
    }
  }
  await Promise.all(load.connections.map(({ flushed }) => flushed()));
  onSent();
  await Promise.all(answered);
  return load.tally.answer({ keepTimes: false });
}

function openLoad({ url, calls }: Target, count: number) {
  const { host } = new URL(url);
  const texts = calls.map((call) => requestTexts(call, host));
  const connections = Array.from({ length: count }, () => openRawConnection(new URL(url)));
  const tally = startTally();
  let turn = 0;
  return {
    connections,
    tally,
    callOver: async (connection: RawConnection): Promise<void> => {
      const text = texts[turn % texts.length]?.() ?? '';
      turn += 1;
      const sentAt = performance.now();
      tally.note(await connection.send(text), sentAt);
    },
    [Symbol.asyncDispose]: async () => {
      for (const connection of connections) connection.close();
    },
  };
}
