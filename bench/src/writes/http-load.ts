/** The process that plays the clients of `writesOverHttp`: it gets a `LoadRequest` and answers with calls per second. */
import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { callsPerSecond, type Load } from '../measure.ts';
import { samplePayment } from './sample-payment.ts';

export type LoadRequest = Load & { url: string; token: string };

const agent = new Agent({ keepAlive: true });
let n = 0;

/** Each call has a body and an idempotency key of its own. Rejects when the answer is not 200. */
function createPayment({ url, token }: LoadRequest): Promise<void> {
  n += 1;
  const body = JSON.stringify(samplePayment(n));
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'idempotency-key': randomUUID(),
  };
  return new Promise((resolve, reject) => {
    const sent = request(`${url}/trpc/payments.create`, { method: 'POST', agent, headers }, (response) => {
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

process.on('message', (load: LoadRequest) => {
  callsPerSecond(load, () => createPayment(load)).then(
    (rate) => process.send?.(rate),
    (error: unknown) => {
      throw error;
    },
  );
});
