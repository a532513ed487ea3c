import { randomUUID } from 'node:crypto';
import { laneConnections } from '@paydeck/db/connection';
import { createTestDatabase, type TestDatabase } from '@paydeck/db/testing';
import { type HostileViewer, startHostileLoad } from '@paydeck/server/testing/hostile-viewers';
import { spawnServer } from '@paydeck/server/testing/spawn-server';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { storeManyPayments } from './many-payments.ts';
import { quickCalls, slowRequests } from './search-storm.ts';
import { type Answer, accessTokens, callByFetch, signInByFetch } from './wire.ts';

const viewers = 10;
const rounds = 8;
const patience = { timeout: 60_000 };
const password = 'a-password-of-a-viewer';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await storeManyPayments(database.db, 1_000_000);
}, 240_000);
afterAll(() => database[Symbol.asyncDispose]());

test('ten hostile viewers keep nobody from a million payments, and an admin stops one of them', async () => {
  await using server = await spawnServer({
    DATABASE_URL: database.url,
    ADMIN_PASSWORD: 'admin123',
    TRUST_PROXY: '127.0.0.1',
  });
  const admin = await signInByFetch(server.url);
  const signUp = async (username: string, address: string): Promise<HostileViewer & { id: string }> => {
    const { id } = userShape.parse(
      await data(admin.mutate('users.create', { username, password }, randomUUID())),
    );
    const signedIn = await fetch(`${server.url}/api/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
      body: JSON.stringify({ username, password }),
    });
    const { access_token: token } = tokenShape.parse(await signedIn.json());
    return { id, token, address };
  };
  const hostile: (HostileViewer & { id: string })[] = [];
  for (let n = 0; n < viewers; n++) hostile.push(await signUp(`hostile-${n}`, `10.0.0.${n + 1}`));
  const { token } = await signUp('other', '10.0.1.1');
  const other = callByFetch(
    () => server.url,
    async () => token,
  );

  const load = startHostileLoad(server.url, hostile, slowRequests);
  await vi.waitFor(async () => expect(await runningReads()).toBeGreaterThan(0), patience);
  const answers: Answer[] = [];
  for (let round = 0; round < rounds; round++) {
    const { create, ...reads } = quickCalls;
    const calls = Object.values(reads).map((read) => read(other));
    answers.push(...(await Promise.all([...calls, create(admin, randomUUID())])));
    expect(await runningReads()).toBeLessThanOrEqual(laneConnections.long);
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
  }
  expect(answers.filter(({ kind }) => kind !== 'ok')).toEqual([]);

  // An admin who was not signed in.
  const startedAt = performance.now();
  const adminToken = await accessTokens(() => server.url)();
  const stopping = callByFetch(
    () => server.url,
    async () => adminToken,
  );
  const [stopped] = hostile;
  if (stopped === undefined) return expect.unreachable();
  await data(stopping.mutate('users.update', { id: stopped.id, active: false }, randomUUID()));
  const deactivatedAt = performance.now();
  await vi.waitFor(() => expect(load.closed.get(stopped)).toContain(4401), { ...patience, interval: 10 });
  const [deactivatedMs, goneMs] = [deactivatedAt - startedAt, performance.now() - deactivatedAt].map(
    Math.round,
  );
  process.stdout.write(
    `hostile viewers: an admin signed in and deactivated one in ${deactivatedMs} ms; its socket was gone ${goneMs} ms later\n`,
  );
  await load.end();
  for (const viewer of hostile.slice(1)) expect(load.closed.get(viewer)).not.toContain(4401);
}, 600_000);

const userShape = z.object({ id: z.string() });
const tokenShape = z.object({ access_token: z.string() });

async function data(call: Promise<Answer>): Promise<unknown> {
  const answer = await call;
  if (answer.kind !== 'ok') throw new Error(`The call failed: ${answer.message}`);
  return answer.data;
}

/** How many statements that look for a text or an amount the database runs now. */
async function runningReads(): Promise<number> {
  const [row] = await database.db.orm.execute<{ count: number }>(`
    select count(*)::int from pg_stat_activity
    where datname = current_database() and state = 'active' and pid <> pg_backend_pid()
      and backend_type = 'client backend' and query not ilike 'copy%'
      and query ~ '(search_text|amount_minor [<>]=)'`);
  return row?.count ?? 0;
}
