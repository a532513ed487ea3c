import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Sql } from 'postgres';

const sslRequestCode = 80_877_103;
const cancelRequestCode = 80_877_102;
const timeoutMs = 2_000;

/**
 * Asks PostgreSQL to cancel the query that a client runs now, with a CancelRequest (the manual, 55.2.8). Resolves to whether
 * PostgreSQL has processed the request: then the query ends soon, or has ended, and a later query on the connection is safe.
 *
 * The driver's own `cancel` ends the process if the request can't be sent, since nothing handles its rejection.
 */
export async function cancelQuery(client: Sql, query: PromiseLike<unknown>): Promise<boolean> {
  const key = cancelKeyOf(query);
  if (key === null) return false;
  const { promise: processed, resolve } = Promise.withResolvers<boolean>();
  const open: Socket[] = [];
  const timer = setTimeout(resolve, timeoutMs, false);
  try {
    const socket = await connectLike(client, (opened) => {
      open.push(opened);
      opened.on('error', () => resolve(false));
    });
    // PostgreSQL closes the connection after it has sent the signal.
    socket.on('close', () => resolve(true));
    socket.write(message(cancelRequestCode, key.pid, key.secret));
    return await processed;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
    for (const socket of open) socket.destroy();
  }
}

/** The driver keeps the key of the backend in the query's `state`, which its types leave out. */
function cancelKeyOf(query: object): { pid: number; secret: number } | null {
  const state = 'state' in query ? query.state : null;
  if (typeof state !== 'object' || state === null || !('pid' in state) || !('secret' in state)) return null;
  const { pid, secret } = state;
  return typeof pid === 'number' && typeof secret === 'number' ? { pid, secret } : null;
}

/** A connection to the server of a client, encrypted like the client's own. Rejects if the server refuses that. */
async function connectLike({ options }: Sql, onOpen: (socket: Socket) => void): Promise<Socket> {
  const { path, ssl } = options;
  const host = options.host[0] ?? 'localhost';
  const target = typeof path === 'string' ? { path } : { host, port: options.port[0] ?? 5432 };
  const plain = connectPlain(target);
  onOpen(plain);
  await event(plain, 'connect');
  if (!ssl) return plain;
  plain.write(message(sslRequestCode));
  const answer = await event(plain, 'data');
  const isEncrypted = Buffer.isBuffer(answer) && answer.toString() === 'S';
  if (!isEncrypted && ssl === 'prefer') return plain;
  if (!isEncrypted) throw new Error('The database refuses encrypted connections.');
  const isVerified = typeof ssl === 'object' || ssl === 'verify-full' || ssl === true;
  const encrypted = connectTls({
    socket: plain,
    ...(isIP(host) === 0 && { servername: host }),
    rejectUnauthorized: isVerified,
    ...(typeof ssl === 'object' && ssl),
  });
  onOpen(encrypted);
  await event(encrypted, 'secureConnect');
  return encrypted;
}

const event = (socket: Socket, name: 'connect' | 'data' | 'secureConnect'): Promise<unknown> =>
  new Promise((resolve, reject) => {
    socket.once(name, resolve);
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('The connection was closed.')));
  });

/** A message of PostgreSQL's protocol that has no type: its length, and whole numbers of four bytes. */
function message(...numbers: readonly number[]): Buffer {
  const buffer = Buffer.alloc(4 + 4 * numbers.length);
  buffer.writeInt32BE(buffer.length, 0);
  // A secret may be above 2^31, so it is written as its 32 bits.
  for (const [n, value] of numbers.entries()) buffer.writeInt32BE(value | 0, 4 + 4 * n);
  return buffer;
}
