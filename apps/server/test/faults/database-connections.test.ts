import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { createClient } from '@paydeck/client';
import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { spawnServer } from '../../src/testing/spawn-server.ts';
import { adminCredentials } from '../../src/testing/start-test-server.ts';
import { temporaryData } from './temporary-data.ts';
import { type Answer, type Caller, signInByFetch, somePayment, toPayment } from './wire.ts';
import { expectWholeWrites, loggedPositions, type Status, storedPayments } from './written-state.ts';

const rounds = Number(process.env.ROUNDS ?? 25);
const answers: { path: string; answer: Answer }[] = [];
const acknowledged = new Map<string, Status>();
const listed = z.object({ total: z.number(), items: z.array(z.object({ id: z.string() })) });
const counted = z.object({ totalTransactionsToday: z.number(), asOf: z.number() });

async function untilWritten(caller: Caller, path: string, input: object): Promise<Answer> {
  const key = randomUUID();
  for (;;) {
    const answer = await caller.mutate(path, input, key);
    answers.push({ path, answer });
    if (answer.kind === 'ok' || (answer.kind === 'refused' && answer.status < 500)) return answer;
    await delay(20);
  }
}

test('survives', { timeout: 600_000 }, async () => {
  await using data = await temporaryData();
  await using server = await spawnServer({ DATA_DIR: data.dataDir });
  await using database = { ...(await data.open()), async [Symbol.asyncDispose]() { await this.close(); } };
  const caller = await signInByFetch(server.url);
  await using follower = createClient({ url: server.url });
  await follower.signIn(adminCredentials);
  const seen: string[] = [];
  follower.api.payments.onChange.subscribe({ lastEventId: 0 }, {
    onData: ({ id, data }) => { if (data.type === 'reset') seen.push('reset'); seen.push(id); },
    onError: (error) => seen.push(String(error)),
  });

  let storming = true;
  const pending: string[] = [];
  const load = [
    ...Array.from({ length: 12 }, async () => {
      while (storming) {
        const answer = await untilWritten(caller, 'payments.create', somePayment());
        if (answer.kind !== 'ok') continue;
        const { id, status } = toPayment(answer.data);
        acknowledged.set(id, status);
        pending.push(id);
      }
    }),
    ...Array.from({ length: 4 }, async () => {
      while (storming) {
        const id = pending.shift();
        if (id === undefined) { await delay(5); continue; }
        const answer = await untilWritten(caller, 'payments.update', { id, status: Math.random() < 0.5 ? 'success' : 'failed' });
        if (answer.kind === 'ok') acknowledged.set(id, toPayment(answer.data).status);
      }
    }),
    ...Array.from({ length: 3 }, async () => {
      while (storming) {
        const before = acknowledged.size;
        const answer = await caller.query('payments.list', { limit: 5 });
        answers.push({ path: 'payments.list', answer });
        if (answer.kind === 'ok' && listed.parse(answer.data).total < before) console.log('WRONG TOTAL', answer.data, before);
        const b2 = acknowledged.size;
        const stats = await caller.query('stats.dashboard', {});
        answers.push({ path: 'stats.dashboard', answer: stats });
        if (stats.kind === 'ok' && counted.parse(stats.data).totalTransactionsToday < b2) console.log('WRONG STATS', stats.data, b2);
      }
    }),
  ];
  const killer = database.dedicatedClient();
  await killer`select 1`;
  for (let round = 0; round < rounds; round++) {
    await delay(100);
    if (round === Math.floor(rounds / 2)) {
      process.kill(data.postmasterPid(), 'SIGKILL');
      await vi.waitFor(async () => { await killer`select 1`; }, { timeout: 20_000, interval: 20 });
    } else {
    const killed = await killer`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = 'paydeck' and application_name <> 'fault test'`.catch(e => { console.log('killer', e); return []; });
      if (round % 20 === 0) console.log(round, killed.length, acknowledged.size);
    }
    if (server.process.exitCode !== null) { console.log('CRASH in round', round, server.output().slice(-6000)); break; }
  }
  const calm = performance.now();
  const first = await caller.query('payments.list', { limit: 5 });
  console.log('first after', first.kind, performance.now() - calm);
  const ready = await vi.waitFor(async () => { const r = await fetch(`${server.url}/health/ready`); expect(r.status).toBe(200); return performance.now() - calm }, { timeout: 20_000 });
  console.log('ready after', ready);
  await delay(500);
  storming = false;
  await Promise.all(load);
  console.log('load ended after', performance.now() - calm);
  const tally = new Map<string, number>();
  for (const { path, answer } of answers) {
    const k = `${path} ${answer.kind === 'ok' ? 'ok' : answer.kind === 'refused' ? `${answer.status} ${answer.reason} ${answer.message}` : answer.message}`;
    tally.set(k, (tally.get(k) ?? 0) + 1);
  }
  console.log(tally, 'slowest', answers.map(({ path, answer }) => `${Math.round(answer.ms)} ${path} ${answer.kind}`).sort((a, b) => parseInt(b) - parseInt(a)).slice(0, 10));
  const out = server.output();
  const kinds = new Map<string, number>();
  for (const l of out.split('\n')) { let k = l.slice(0, 160); try { const j = JSON.parse(l); k = `${j.msg} ${j.path ?? ''} ${j.reason ?? ''} | ${j.err?.type} ${j.err?.message?.slice(0, 90)} ${j.err?.code ?? ''}`; } catch {} kinds.set(k, (kinds.get(k) ?? 0) + 1); }
  console.log(kinds);
  console.log('listening:', await killer`select pid, query, state from pg_stat_activity where query ilike 'listen%'`, 'connections', (await killer`select count(*) from pg_stat_activity where datname='paydeck' and application_name <> 'fault test'`)[0]);
  expect(server.process.exitCode).toBe(null);
  const stored = await storedPayments(database);
  for (const [id, status] of acknowledged) if (stored.get(id) !== status) console.log('LOST', id, status, stored.get(id));
  console.log('stored', stored.size, 'ack', acknowledged.size);
  await expectWholeWrites(database);
  const logged = await loggedPositions(database);
  await vi.waitFor(() => expect(seen.length).toBeGreaterThanOrEqual(logged.length), { timeout: 5000 });
  expect(seen).toEqual(logged);
  await killer.end();
});
