import { randomUUID } from 'node:crypto';
import { laneConnections } from '@paydeck/db/connection';
import { createTestDatabase, type TestDatabase } from '@paydeck/db/testing';
import { spawnServer } from '@paydeck/server/testing/spawn-server';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { storeManyPayments } from './many-payments.ts';
import { quickCalls, slowPaths, startSearchStorm } from './search-storm.ts';
import { type Answer, signInByFetch } from './wire.ts';

const viewers = 20;
const rounds = 25;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await storeManyPayments(database.db, 1_000_000);
});
afterAll(() => database[Symbol.asyncDispose]());

test('20 viewers who search a million payments without a pause delay no other calls', async () => {
  await using server = await spawnServer({
    DATABASE_URL: database.url,
    ADMIN_PASSWORD: 'admin123',
  });
  const caller = await signInByFetch(server.url);
  const storm = startSearchStorm(Array.from({ length: viewers }, () => caller));

  const others: Answer[] = [];
  for (let round = 0; round < rounds; round++) {
    const running = runningSearches();
    others.push(...(await Promise.all(Object.values(quickCalls).map((call) => call(caller, randomUUID())))));
    expect(await running).toBeLessThanOrEqual(laneConnections.long);
  }
  // While all 20 searches were running, each of these calls was answered.
  expect(others.filter(({ kind }) => kind !== 'ok')).toEqual([]);

  // A search is answered in part, or as a whole, or it is refused with advice.
  const answered = () =>
    [...storm.answers.values()].filter((answers) => answers.some(({ kind }) => kind === 'ok'));
  await vi.waitFor(() => expect(answered()).toHaveLength(slowPaths.size), { timeout: 60_000 });
  await storm.end();
  const searches = [...storm.answers.values()].flat();
  expect(searches.filter((answer) => answer.kind !== 'ok' && !isClearRefusal(answer))).toEqual([]);
});

const isClearRefusal = (answer: Answer) =>
  answer.kind === 'refused' && ['query_too_expensive', 'too_many_requests'].includes(answer.reason);

/** How many statements that look for a text or an amount the database runs now. */
async function runningSearches(): Promise<number> {
  const [row] = await database.db.orm.execute<{ count: number }>(`
    select count(*)::int from pg_stat_activity
    where datname = current_database() and state = 'active' and pid <> pg_backend_pid()
      and backend_type = 'client backend'
      and query ~ '(search_text|amount_minor [<>]=)'`);
  return row?.count ?? 0;
}
