import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { HostileViewer } from '@paydeck/server/testing/hostile-viewers';
import { z } from 'zod';
import { startWorker } from '../../worker-process.ts';
import { list, query } from '../calls.ts';
import type { HostileRequest } from '../hostile-process.ts';
import { numberText } from '../row.ts';
import type { RunningServer } from '../servers/running-server.ts';
import { startPaydeck } from '../servers/start-servers.ts';
import type { Row } from '../stage.ts';
import { others, othersWhile } from './others-while.ts';

const viewers = 10;
const attackerModule = new URL('../hostile-process.ts', import.meta.url);

const letters = [...'abcdefghijklmnopqrstuvwxyz'];

const searches = (server: RunningServer): string[] =>
  letters.flatMap((first) =>
    letters.flatMap((second) => {
      const filter = { search: first + second };
      return [list(server, filter), query(server, 'stats.dashboard', { filter })].map(({ path }) => path);
    }),
  );

const signedIn = z.object({ access_token: z.string() });

/** Creates a viewer, and signs in. */
async function newViewer({ url, token }: RunningServer, n: number): Promise<HostileViewer> {
  const credentials = { username: `hostile-${n}-${randomUUID().slice(0, 8)}`, password: randomUUID() };
  const post = (path: string, headers: Record<string, string>) =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(credentials),
    });
  await post('/api/users', { authorization: `Bearer ${token}` });
  const answer = await post('/api/auth/login', {});
  return { token: signedIn.parse(await answer.json()).access_token, address: `10.0.0.${n + 1}` };
}

export const hostileRow: Row = {
  title: '10 viewers take as much as the server gives',
  belongsTo: 'full',
  measure: async ({ databases, instruments: { load }, rhythm, sizes }) => {
    await using running = new AsyncDisposableStack();
    const { url } = running.use(await databases.copy('paydeck', sizes.medium));
    const paydeck = running.use(await startPaydeck(url));
    const attackers = running.use(
      startWorker<HostileRequest, [string, number][] | null>(attackerModule, { isNice: true }),
    );
    const hostile: HostileViewer[] = [];
    for (let n = 0; n < viewers; n += 1) hostile.push(await newViewer(paydeck, n));
    const counts = new Map<string, number>();
    const crowd = async (seconds: number) => {
      await attackers.ask({ do: 'start', url: paydeck.url, viewers: hostile, searches: searches(paydeck) });
      await delay(1_000 * seconds);
      const made = await attackers.ask({ do: 'end' });
      for (const [kind, count] of made ?? []) counts.set(kind, (counts.get(kind) ?? 0) + count);
    };
    const { goals, notes } = await othersWhile({ load, rhythm }, paydeck, crowd);
    const attacks = [...counts].map(([kind, count]) => `${numberText(count)} ${kind}`);
    return {
      row: 'hostile',
      work: `${numberText(sizes.medium)} payments; ${viewers} viewers with live dashboards, searches, slow exports, wrong sign-ins and large bodies, ${others} others and a writer`,
      sides: [],
      goals,
      notes: [...notes, `Attacks: ${attacks.join(', ')}.`],
    };
  },
};
