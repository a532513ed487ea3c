/**
 * The limits: bare `node:http` and prepared SQL. It checks nothing, knows no users, and writes to `payments_copy` only.
 * `GET /list`, `POST /insert`, `POST /settle` and `GET /constant`.
 */
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import postgres from 'postgres';
import { listenLocally } from '../../listen-locally.ts';
import { insertPayment } from '../../writes/bare-inserts.ts';
import { batchedSettles } from './batched-settles.ts';

const { DATABASE_URL = '', ADMIN_ID = '' } = process.env;
const client = postgres(DATABASE_URL, {
  max: 10,
  types: { bigint: { to: 20, from: [20], parse: Number, serialize: String } },
});
const settle = batchedSettles(client);

const list = `
  select id, amount_minor as "amountMinor", currency, method, status, receiver, description,
         failure_code as "failureCode", failure_message as "failureMessage",
         created_at as "createdAt", updated_at as "updatedAt"
  from payments where status = $1 order by created_at desc, id desc limit 20`;
const constant = Buffer.from(JSON.stringify({ data: 'x'.repeat(4_096 - '{"data":""}'.length) }));

const routes: Readonly<Record<string, (request: IncomingMessage) => Promise<Buffer | string> | Buffer>> = {
  '/list': async () => JSON.stringify({ items: await client.unsafe(list, ['success'], { prepare: true }) }),
  '/insert': async (request) => {
    await insertPayment(client, ADMIN_ID, JSON.parse(await text(request)));
    return '{}';
  },
  '/settle': async (request) => {
    await settle(JSON.parse(await text(request)).id);
    return '{}';
  },
  '/constant': () => constant,
};

const server = createServer(async (request, response) => {
  try {
    const route = routes[request.url ?? ''];
    if (route === undefined) throw new Error(`There is no route ${request.url}.`);
    const body = await route(request);
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    });
    response.end(body);
  } catch (error) {
    response.writeHead(500, { 'content-length': 0 }).end();
    console.error(error);
  }
});
console.log(`ready at ${await listenLocally(server)}`);
process.on('disconnect', () => process.exit());
