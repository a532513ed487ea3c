import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';

const agent = new Agent({ keepAlive: true });

/** The server that writes go to: Paydeck, or one that accepts the same requests. */
export type WriteTarget = { url: string; token: string };

/**
 * Calls a mutation over a connection that stays open, with a new idempotency key. Rejects when the status is not 200.
 */
export function postMutation(
  { url, token }: WriteTarget,
  procedure: 'payments.create' | 'payments.createMany',
  input: object,
): Promise<void> {
  const body = JSON.stringify(input);
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'idempotency-key': randomUUID(),
  };
  return new Promise((resolve, reject) => {
    const sent = request(`${url}/trpc/${procedure}`, { method: 'POST', agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () =>
        response.statusCode === 200
          ? resolve()
          : reject(new Error(`The server answered ${response.statusCode}: ${text}`)),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
