import { setTimeout as delay } from 'node:timers/promises';
import { type Database, openDatabase } from '@paydeck/db/connection';
import { endWithThisProcess } from '@paydeck/db/testing/end-with-this-process';
import { type PostgresNode, startPostgresNode } from '@paydeck/embedded-postgres/testing/postgres-node';
import { z } from 'zod';
import { callByFetch, send } from '../faults/wire.ts';
import { type ChaosServer, startChaosServer } from './chaos-server.ts';
import { followByClient, followByEventStream, followBySocket } from './follow.ts';
import type { Follower } from './follower.ts';
import { type Random, randomFrom } from './random.ts';
import { holdSession, type SessionHolder } from './session-holder.ts';
import { startWorkload, type Workload } from './workload.ts';

/** Everything that a fault may touch. */
export type World = AsyncDisposable & {
  random: Random;
  postgres: PostgresNode;
  servers: readonly ChaosServer[];
  workload: Workload;
  followers: readonly Follower[];
  session: SessionHolder;
  /** An API key of an admin. */
  token: string;
  /** A connection of the superuser to the database `paydeck`, past all links. */
  db: Database;
  /** Runs one statement as superuser in `postgres`, past all links. */
  asSuperuser(statement: string): Promise<readonly Record<string, unknown>[]>;
  /** How often the database went back in time. */
  stepsBack: number;
  /** Says that a promise was broken. */
  violate(what: string): void;
  violations: readonly string[];
};

const secret = 'a-secret-that-only-the-tests-know-0123456789';
const keyShape = z.object({ key: z.string() });
const tokenShape = z.object({ accessToken: z.string() });
const listShape = z.object({ asOf: z.union([z.number(), z.string()]) });

/** Two servers on one PostgreSQL, a workload, and followers of each kind. All run in their own processes on loopback. */
export async function openWorld(seed: number): Promise<World> {
  // Each part has its own numbers, so the faults of a seed don't depend on how fast the others are.
  const random = randomFrom(seed);
  await using stack = new AsyncDisposableStack();
  const postgres = stack.use(await startPostgresNode({ fsync: 'off', max_connections: '60' }));
  const registered = [{ cluster: postgres.dir }, { folder: postgres.home }].map(endWithThisProcess);
  stack.defer(() => {
    for (const forget of registered) forget();
  });
  const asSuperuser = async (statement: string) => {
    const admin = openDatabase({ url: postgres.url('postgres'), maxConnections: 1, deadlineMs: 60_000 });
    return admin.orm.execute(statement).finally(() => admin.close());
  };
  await asSuperuser('create role paydeck login');
  await asSuperuser('create database paydeck owner paydeck');
  const url = new URL(postgres.url('paydeck'));
  url.username = 'paydeck';
  const servers: ChaosServer[] = [];
  for (const name of ['first', 'second']) {
    servers.push(stack.use(await startChaosServer(name, url.href, { JWT_SECRET: secret })));
  }
  const [first] = servers;
  if (first === undefined) throw new Error('A world must have a server.');
  const token = await createKey(first.url);
  const db = openDatabase({
    url: postgres.url('paydeck'),
    maxConnections: 2,
    applicationName: 'chaos',
    deadlineMs: 60_000,
  });
  stack.defer(() => db.close());
  const urls = () => servers.map((server) => server.url);
  const workload = startWorkload(urls, token, randomFrom(seed + 1));
  stack.defer(() => workload.finish());

  const list = await callByFetch(
    () => first.url,
    async () => token,
  ).query('payments.list', { limit: 1 });
  if (list.kind !== 'ok') throw new Error('The list must be readable before the first fault.');
  const after = String(listShape.parse(list.data).asOf);
  const forFollowers = randomFrom(seed + 2);
  const anyUrl = () => forFollowers.pick(urls());
  const followers = [
    ...[0, 1].map(() => followBySocket({ url: anyUrl, token, after })),
    ...[0, 1].map(() => followByEventStream({ url: anyUrl, token, after })),
    ...urls().map((clientUrl) => followByClient({ url: () => clientUrl, token, after })),
  ];
  for (const follower of followers) stack.defer(() => follower.close());

  const violations: string[] = [];
  const violate = (what: string) => void violations.push(what);
  const session = holdSession(urls, { random: randomFrom(seed + 3), ledger: workload.ledger, violate });
  stack.defer(() => session.close());
  const parts = stack.move();
  return {
    random,
    postgres,
    servers,
    workload,
    followers,
    session,
    token,
    db,
    asSuperuser,
    stepsBack: 0,
    violate,
    violations,
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

async function createKey(url: string): Promise<string> {
  const signedIn = await send(url, 'POST', 'auth.login', { username: 'admin', password: 'admin123' }, {});
  if (signedIn.kind !== 'ok') throw new Error(`Signing in failed: ${signedIn.message}`);
  const { accessToken } = tokenShape.parse(signedIn.data);
  const caller = callByFetch(
    () => url,
    async () => accessToken,
  );
  const created = await caller.mutate('apiKeys.create', { name: 'chaos', role: 'admin' }, 'chaos-key');
  if (created.kind !== 'ok') throw new Error(`Creating an API key failed: ${created.message}`);
  return keyShape.parse(created.data).key;
}

/** Waits until something is true. Rejects after `limitMs` with what was awaited. */
export async function until(
  what: string,
  isTrue: () => Promise<boolean> | boolean,
  limitMs = 120_000,
): Promise<void> {
  const startedAt = performance.now();
  while (!(await isTrue())) {
    if (performance.now() - startedAt > limitMs) throw new Error(`After ${limitMs / 1000} s: not ${what}.`);
    await delay(50);
  }
}
