import { setTimeout as delay } from 'node:timers/promises';
import { createClient } from '@paydeck/client';
import { z } from 'zod';
import { createRecord, eventShape, type Follower } from './follower.ts';
import { readEventStream } from './read-event-stream.ts';

type Where = { url: () => string; token: string; after: string };

const reconnectMs = 300;
/** The server pings a socket after 20 s of silence, and sends a comment on a stream. */
const silenceMs = 30_000;

/** Follows with Paydeck's own client. */
export function followByClient({ url, token, after }: Where): Follower {
  const record = createRecord(after);
  const surprises: string[] = [];
  const client = createClient({ url: url(), apiKey: token });
  let connects = 0;
  client.connection.subscribe(() => {
    if (client.connection.state === 'live') connects += 1;
  });
  client.api.payments.onChange.subscribe(
    { lastEventId: after },
    {
      onData: ({ id, data }) => record.receive(String(id), data),
      onError: (error) => void surprises.push(`error: ${error.message}`),
      onComplete: () => void surprises.push('complete'),
    },
  );
  return {
    kind: 'typed client',
    segments: record.segments,
    surprises,
    connects: () => connects,
    close: () => client.close(),
  };
}

const messageShape = z.object({
  result: z
    .object({
      type: z.string(),
      id: z.union([z.string(), z.number()]).optional(),
      data: z.object({ json: z.unknown() }).optional(),
    })
    .optional(),
  error: z.object({ json: z.object({ data: z.object({ reason: z.string() }) }) }).optional(),
});

/** Follows with a bare WebSocket, as a program in another language would. */
export function followBySocket({ url, token, after }: Where): Follower {
  const record = createRecord(after);
  return keepFollowing('raw socket', record.segments, async (signal, surprise) => {
    const socket = new WebSocket(`${url().replace('http', 'ws')}/trpc?connectionParams=1`);
    const silence = silenceTimer(() => socket.close());
    await new Promise<void>((resolve) => {
      const leave = () => {
        socket.close();
        resolve();
      };
      silence.signal.addEventListener('abort', leave);
      signal.addEventListener('abort', leave);
      socket.addEventListener('open', () => {
        const input = { lastEventId: record.lastId() };
        socket.send(JSON.stringify({ method: 'connectionParams', data: { token } }));
        socket.send(
          JSON.stringify({ id: 1, method: 'subscription', params: { path: 'payments.onChange', input } }),
        );
      });
      socket.addEventListener('message', ({ data }) => {
        silence.hear();
        // A socket that was given up must not be heard any more.
        if (silence.signal.aborted || signal.aborted) return;
        const text = String(data);
        if (text === 'PING') return socket.send('PONG');
        if (text === 'PONG') return;
        const { result, error } = messageShape.parse(JSON.parse(text));
        if (error !== undefined && !passing.has(error.json.data.reason)) surprise(error.json.data.reason);
        if (error !== undefined || result?.type === 'stopped') return leave();
        if (result?.data !== undefined && result.id !== undefined) {
          record.receive(String(result.id), dataOf(result.data.json));
        }
      });
      socket.addEventListener('close', () => resolve());
      socket.addEventListener('error', () => resolve());
    });
    silence.end();
  });
}

/** Follows an event stream with plain fetch. */
export function followByEventStream({ url, token, after }: Where): Follower {
  const record = createRecord(after);
  return keepFollowing('raw event stream', record.segments, async (signal, surprise) => {
    const silence = silenceTimer(() => undefined);
    const input = encodeURIComponent(JSON.stringify({ lastEventId: record.lastId() }));
    try {
      const response = await fetch(`${url()}/trpc/payments.onChange?input=${input}`, {
        headers: { accept: 'text/event-stream', authorization: `Bearer ${token}` },
        signal: AbortSignal.any([signal, silence.signal]),
      });
      if (!response.ok && ![429, 503].includes(response.status)) surprise(`status ${response.status}`);
      if (!response.ok || response.body === null) return void (await response.body?.cancel());
      for await (const { event, id, data } of readEventStream(response.body, silence.hear)) {
        if (event === 'serialized-error') {
          const { reason } = errorShape.parse(JSON.parse(data)).json.data;
          if (!passing.has(reason)) surprise(reason);
        } else if (id !== '' && event === '')
          record.receive(id, dataOf(framedShape.parse(JSON.parse(data)).json));
      }
    } finally {
      silence.end();
    }
  });
}

const framedShape = z.object({ json: z.unknown() });
const errorShape = z.object({ json: z.object({ data: z.object({ reason: z.string() }) }) });
/** A subscription has the event itself, or the event beside its id. */
const dataShape = z.union([eventShape, z.object({ data: eventShape }).transform(({ data }) => data)]);
const dataOf = (json: unknown) => dataShape.parse(json);

/** Reasons after which a follower connects again. */
const passing = new Set(['database_unavailable', 'overloaded', 'too_many_requests']);

/** Connects again and again until `close`. */
function keepFollowing(
  kind: Follower['kind'],
  segments: Follower['segments'],
  connectOnce: (signal: AbortSignal, surprise: (what: string) => void) => Promise<void>,
): Follower {
  const closing = new AbortController();
  const surprises: string[] = [];
  let connects = 0;
  const run = async () => {
    while (!closing.signal.aborted) {
      connects += 1;
      await connectOnce(closing.signal, (what) => surprises.push(what)).catch((error: unknown) => {
        if (error instanceof z.ZodError || error instanceof SyntaxError) surprises.push(String(error));
      });
      await delay(reconnectMs);
    }
  };
  const running = run();
  return {
    kind,
    segments,
    surprises,
    connects: () => connects,
    close: async () => {
      closing.abort();
      await running;
    },
  };
}

/** Aborts when nothing was heard for a while, as after a connection that died in silence. */
function silenceTimer(onSilence: () => void) {
  const controller = new AbortController();
  const end = () => {
    onSilence();
    controller.abort();
  };
  let timer = setTimeout(end, silenceMs);
  return {
    signal: controller.signal,
    hear: () => {
      clearTimeout(timer);
      timer = setTimeout(end, silenceMs);
    },
    end: () => clearTimeout(timer),
  };
}
