import { type Database, openDatabase } from '@paydeck/db/connection';
import { z } from 'zod';
import { callByFetch, send } from '../faults/wire.ts';
import { type ChaosServer, startChaosServer } from './chaos-server.ts';
import { followByClient, followByEventStream, followBySocket } from './follow.ts';
import { type Follower, reachedPosition } from './follower.ts';
import { randomFrom } from './random.ts';
import { holdSession, type SessionHolder } from './session-holder.ts';
import { until } from './until.ts';
import { startWorkload, type Workload } from './workload.ts';

/** Two servers on one database, a workload, and followers of each kind. */
export type System = {
  servers: readonly ChaosServer[];
  workload: Workload;
  followers: readonly Follower[];
  session: SessionHolder;
  /** An API key of an admin. */
  token: string;
  /** A connection to the servers' database, for the checker. */
  db: Database;
  /** Says that a promise was broken. */
  violate(what: string): void;
  violations: readonly string[];
};

const secret = 'a-secret-that-only-the-tests-know-0123456789';
const keyShape = z.object({ key: z.string() });
const tokenShape = z.object({ accessToken: z.string() });
const listShape = z.object({ asOf: z.union([z.number(), z.string()]) });
const recoveryLimitMs = 120_000;

/** Starts the servers at one URL of a database. The checker uses another one, which no fault cuts. */
export async function openSystem(
  { serverUrl, checkerUrl }: { serverUrl: string; checkerUrl: string },
  seed: number,
): Promise<System & AsyncDisposable> {
  await using stack = new AsyncDisposableStack();
  const servers: ChaosServer[] = [];
  for (const name of ['first', 'second']) {
    servers.push(stack.use(await startChaosServer(name, serverUrl, { JWT_SECRET: secret })));
  }
  const [first] = servers;
  if (first === undefined) throw new Error('A system must have a server.');
  const token = await createKey(first.url);
  const settings = { maxConnections: 2, applicationName: 'chaos', deadlineMs: 60_000 };
  const db = openDatabase({ url: checkerUrl, ...settings });
  stack.defer(() => db.close());
  const urls = () => servers.map((server) => server.url);
  const workload = startWorkload(urls, token, randomFrom(seed + 1));
  stack.defer(() => workload.abort());

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
  const session = holdSession(urls, { random: randomFrom(seed + 3), violate });
  stack.defer(() => session.close());
  const parts = stack.move();
  return {
    servers,
    workload,
    followers,
    session,
    token,
    db,
    violate,
    violations,
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

/** Waits until every server is ready, writes are acknowledged, and every follower has an event that is newer than the fault. */
export async function recover(system: System): Promise<void> {
  const { servers, workload } = system;
  for (const { name, url, start } of servers) {
    await start();
    const isReady = () =>
      fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(15_000) }).then(
        ({ ok }) => ok,
        () => false,
      );
    await until(`${name} is ready`, isReady, recoveryLimitMs);
  }
  const before = workload.ledger.acknowledgedPayments;
  const isWriting = () => workload.ledger.acknowledgedPayments >= before + 10;
  await until('writes are acknowledged', isWriting, recoveryLimitMs);
  await followersAreComplete(system);
}

/** Waits until every follower has reached the position that the log has now. */
export async function followersAreComplete({ db, followers }: System): Promise<void> {
  const [row] = await db.orm.execute(
    `select coalesce(max(position), 0) as newest from events where type like 'payment_%'`,
  );
  const newest = Number(row?.newest);
  const behind = () =>
    followers.filter((follower) => reachedPosition(follower) < newest).map(({ kind }) => kind);
  const areComplete = () => behind().length === 0;
  await until('all followers are complete', areComplete, recoveryLimitMs).catch(() => {
    throw new Error(`followers are behind ${recoveryLimitMs / 1000} s later: ${behind().join(', ')}`);
  });
}

/** Signs in as the first admin and creates an API key of an admin. */
export async function createKey(url: string): Promise<string> {
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
