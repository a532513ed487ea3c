import { randomUUIDv7 } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { listenLocally } from '../../listen-locally.ts';
import type { SamplePayment } from '../../writes/sample-payment.ts';

/** The event that subscribers get, with the same fields as Paydeck's event. */
export type PaymentEvent = {
  type: 'payment_created';
  membership: 'entered';
  payment: SamplePayment & { id: string; failureMessage: null; createdAt: string; updatedAt: string };
  at: string;
};

/**
 * Starts an HTTP server that accepts the requests of Paydeck's `payments.create` and `payments.createMany`. It publishes each
 * payment, in order, before it answers, and checks nothing.
 */
export async function listenForCreates(
  makeServer: (server: Server) => (payment: SamplePayment) => Promise<void> | void,
): Promise<void> {
  const server = createServer();
  const publish = makeServer(server);
  server.on('request', (request, response) => {
    // Socket.IO answers its own requests on the same server.
    if (!request.url?.startsWith('/trpc/')) return;
    readPayments(request)
      .then(async (payments) => {
        for (const payment of payments) await publish(payment);
        response.setHeader('content-type', 'application/json');
        response.end('{"result":{"data":{}}}');
      })
      .catch((error: unknown) => {
        console.error(error);
        response.statusCode = 500;
        response.end();
      });
  });
  console.log(`ready at ${await listenLocally(server)}`);
}

export function toEvent(payment: SamplePayment): PaymentEvent {
  const now = new Date().toISOString();
  return {
    type: 'payment_created',
    membership: 'entered',
    payment: { id: randomUUIDv7(), ...payment, failureMessage: null, createdAt: now, updatedAt: now },
    at: now,
  };
}

async function readPayments(request: IncomingMessage): Promise<readonly SamplePayment[]> {
  const body: SamplePayment | { payments: readonly SamplePayment[] } = JSON.parse(await text(request));
  return 'payments' in body ? body.payments : [body];
}
