/**
 * The baseline: a bare `ws` server that encodes each event once and sends it to all its sockets. With `DATABASE_URL` and
 * `ADMIN_ID` it first writes the payment, with one insert and one commit.
 */
import postgres from 'postgres';
import { WebSocketServer } from 'ws';
import { insertPayment } from '../../writes/bare-inserts.ts';
import { listenForCreates, toEvent } from './listen-for-creates.ts';

const { DATABASE_URL, ADMIN_ID } = process.env;
const client = DATABASE_URL === undefined ? null : postgres(DATABASE_URL, { max: 10 });

await listenForCreates((server) => {
  const sockets = new WebSocketServer({ server });
  return async (payment) => {
    if (client !== null && ADMIN_ID !== undefined) await insertPayment(client, ADMIN_ID, payment);
    const text = Buffer.from(JSON.stringify(toEvent(payment)));
    for (const socket of sockets.clients) socket.send(text, { binary: false });
  };
});
