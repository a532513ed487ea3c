/** The process of the load. Each client has one connection, and calls again as soon as its last call is answered. */
import { callsPerSecond, percentile } from '../measure.ts';
import { answerRequests } from '../worker-process.ts';
import { type Call, requestTexts } from './call.ts';
import { openRawConnection, type RawAnswer, type RawConnection } from './raw-http.ts';

export type LoadRequest =
  /** Makes calls for some time. Several calls take turns. */
  | { do: 'loop'; url: string; call: Call | readonly Call[]; clients: number; seconds: number }
  /** Sends this many calls at once, over few connections. Answers when all of them are answered. */
  | { do: 'flood'; url: string; call: Call; calls: number; connections: number };

export type LoadAnswer = {
  /** Calls that were answered with 2xx. */
  calls: number;
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  /** User and system time of the load's own process per call. */
  loadCpuMs: number;
  /** Calls that were answered with an error. */
  refused: number;
  /** The status and body of the last of them. */
  lastRefusal: string | null;
  /** The mean size of an answer's body. */
  bodyBytes: number;
};

answerRequests(async (request: LoadRequest): Promise<LoadAnswer> => {
  const url = new URL(request.url);
  const texts = [request.call].flat().map((call) => requestTexts(call, url.host));
  let turn = 0;
  const nextText = () => {
    const text = texts[turn % texts.length];
    turn += 1;
    return text?.() ?? '';
  };
  const count = request.do === 'loop' ? request.clients : request.connections;
  const connections = Array.from({ length: count }, () => openRawConnection(url));
  const times: number[] = [];
  let bytes = 0;
  let refused = 0;
  let lastRefusal: string | null = null;
  const note = ({ status, bodyBytes, errorText }: RawAnswer, sentAt: number) => {
    bytes += bodyBytes;
    if (status >= 200 && status < 300) times.push(performance.now() - sentAt);
    else {
      refused += 1;
      lastRefusal = `${status} ${errorText}`;
    }
  };
  const callOver = async (connection: RawConnection) => {
    const sentAt = performance.now();
    note(await connection.send(nextText()), sentAt);
  };

  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  try {
    if (request.do === 'loop') {
      const free = [...connections];
      await callsPerSecond(request, async () => {
        const connection = free.pop();
        if (connection === undefined) throw new Error('Each client needs a connection.');
        await callOver(connection);
        free.push(connection);
      });
    } else {
      const perConnection = Math.ceil(request.calls / count);
      await Promise.all(
        connections.flatMap((connection) =>
          Array.from({ length: perConnection }, () => callOver(connection)),
        ),
      );
    }
  } finally {
    for (const connection of connections) connection.close();
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  const { user, system } = process.cpuUsage(cpuBefore);
  const answered = times.length + refused;
  return {
    calls: times.length,
    perSecond: times.length / seconds,
    p50Ms: percentile(times, 0.5),
    p99Ms: percentile(times, 0.99),
    loadCpuMs: (user + system) / 1_000 / answered,
    refused,
    lastRefusal,
    bodyBytes: bytes / answered,
  };
});
