import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Reason } from '@paydeck/contract/reasons';
import { SuperJSON } from 'superjson';

/** One procedure call that the server received. The calls of a batch have the same `requestId`. */
export type WireCall = {
  path: string;
  input: unknown;
  requestId: number;
  accessToken: string | null;
  idempotencyKey: string | null;
};

type Refusal = { status: number; reason: Reason };
/** An answer: data, a refusal, a status without tRPC's body as from a proxy, no answer at all, or a cut connection. */
export type WireAnswer = { data: unknown } | Refusal | { bareStatus: number } | 'silence' | 'cut';

/** An HTTP server that sends scripted answers in tRPC's wire format, for cases that a real server cannot produce. */
export async function startWireServer(answer: (call: WireCall) => WireAnswer) {
  const calls: WireCall[] = [];
  let requests = 0;

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    requests += 1;
    const url = new URL(request.url ?? '/', 'http://wire');
    const inputs: unknown = JSON.parse((await text(request)) || url.searchParams.get('input') || '{}');
    const batch = url.searchParams.has('batch');
    const answers: WireAnswer[] = [];
    for (const [index, path] of url.pathname.replace('/trpc/', '').split(',').entries()) {
      const call = {
        path,
        input: batch ? new Map(Object.entries(inputs ?? {})).get(`${index}`) : inputs,
        requestId: requests,
        accessToken: request.headers.authorization?.replace('Bearer ', '') ?? null,
        idempotencyKey: String(request.headers['idempotency-key'] ?? '') || null,
      };
      calls.push(call);
      answers.push(answer(call));
    }
    const first = answers[0];
    if (first === 'silence') return;
    if (first === 'cut' || first === undefined) return void response.destroy();
    if ('bareStatus' in first)
      return void response.writeHead(first.bareStatus).end('<html>Bad gateway</html>');
    const bodies = answers.map(toBody);
    response.writeHead('status' in first ? first.status : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(batch ? bodies : bodies[0]));
  };

  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${portOf(server.address())}`,
    calls,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function toBody(answer: WireAnswer) {
  if (typeof answer === 'string' || 'bareStatus' in answer)
    throw new Error('Only data and refusals can be batched.');
  if ('data' in answer) return { result: { data: SuperJSON.serialize(answer.data) } };
  const { status, reason } = answer;
  const data = { code: 'TEST', httpStatus: status, path: 'test', reason, issues: [] };
  return { error: SuperJSON.serialize({ message: reason, code: -32_000, data }) };
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('The server is not listening.');
  return address.port;
}
