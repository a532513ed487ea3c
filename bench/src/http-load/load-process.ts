/** A process of the load. */
import { setTimeout as delay } from 'node:timers/promises';
import { callsPerSecond } from '../measure.ts';
import { answerRequests } from '../worker-process.ts';
import { type Call, requestTexts } from './call.ts';
import { openRawConnection, type RawConnection } from './raw-http.ts';
import { type LoadAnswer, startTally } from './tally.ts';

export type LoadRequest = {
  /** The server. */
  url: string;
  /** Several calls take turns. */
  calls: readonly Call[];
  /** Whether the answer lists the time of each call. */
  keepTimes?: boolean;
} & (
  | {
      /** Each client has a connection, and calls again as soon as its last call is answered and the pause is over. */
      do: 'loop';
      clients: number;
      seconds: number;
      pauseMs?: number;
    }
  | {
      /** Sends this many requests at once, over few connections, and waits until all of them are answered. */
      do: 'flood';
      requests: number;
      connections: number;
    }
);

answerRequests(async (request: LoadRequest): Promise<LoadAnswer> => {
  const url = new URL(request.url);
  const texts = request.calls.map((call) => requestTexts(call, url.host));
  let turn = 0;
  const nextText = () => {
    const text = texts[turn % texts.length];
    turn += 1;
    return text?.() ?? '';
  };
  const count = request.do === 'loop' ? request.clients : request.connections;
  const connections = Array.from({ length: count }, () => openRawConnection(url));
  const tally = startTally();
  const callOver = async (connection: RawConnection) => {
    const text = nextText();
    const sentAt = performance.now();
    tally.note(await connection.send(text), sentAt);
  };
  try {
    if (request.do === 'loop') {
      const { pauseMs = 0 } = request;
      const free = [...connections];
      await callsPerSecond(request, async () => {
        const connection = free.pop();
        if (connection === undefined) throw new Error('Each client needs a connection.');
        await callOver(connection);
        free.push(connection);
        if (pauseMs > 0) await delay(pauseMs);
      });
    } else {
      const inOrder = Array.from({ length: request.requests }, (_, n) => connections[n % count]);
      await Promise.all(inOrder.map((connection) => connection && callOver(connection)));
    }
    return tally.answer({ keepTimes: request.keepTimes ?? false });
  } finally {
    for (const connection of connections) connection.close();
  }
});
