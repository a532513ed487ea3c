import { openDatabase } from '@paydeck/db/connection';
import postgres from 'postgres';
import { startHttpLoad } from '../../http-load/start-load.ts';
import { type LoadAnswer, refusals } from '../../http-load/tally.ts';
import { percentile } from '../../measure.ts';
import { insertPending, insertPendingBare, insertPendingOfPeer } from '../../seed/pending-payments.ts';
import { list, settle } from '../calls.ts';
import { atLeast, atMost, numberText, ratePercent } from '../row.ts';
import type { RunningServer } from '../servers/running-server.ts';
import { acceptAnswer, measureCpu, measureSides, type Side } from '../sides.ts';
import type { Row, Stage } from '../stage.ts';
import { startSmallPaydeck, startSmallPaydeckAndBare } from './small-servers.ts';
import { timesWhenQuiet, timesWhile } from './times-while.ts';

const clients = 64;
const readers = 8;

export const settleRow: Row = {
  title: 'settle',
  belongsTo: 'quick',
  measure: async (stage) => {
    await using running = new AsyncDisposableStack();
    const { databaseUrl, paydeck, bare } = await startSmallPaydeckAndBare(stage, running);
    const db = openDatabase({ url: databaseUrl, deadlineMs: 60_000 });
    running.defer(() => db.close());
    const client = postgres(databaseUrl, { max: 1 });
    running.defer(() => client.end());
    const sides = [
      settleSide('Paydeck', stage, paydeck, (n) => insertPending(db, n), settle),
      ...(await peerSide(stage, running)),
      settleSide(
        'bare',
        stage,
        bare,
        (n) => insertPendingBare(client, n),
        (_server, ids) => ({ method: 'POST', path: '/settle', body: '{"id":"{id}"}', ids }),
      ),
    ];
    const measured = await measureSides(sides, stage.rhythm);
    return {
      row: 'settle',
      work: `${clients} clients; bare updates a copy of the table in batches`,
      sides: measured,
      goals: [atLeast(60, '%', 'of bare batched updates', ratePercent(measured, 'Paydeck', 'bare'))],
    };
  },
};

/** A side that settles payments, each once. The payments are written before each measurement. */
function settleSide(
  name: string,
  { instruments: { load, postmaster } }: Stage,
  server: RunningServer,
  insert: (count: number) => Promise<string[]>,
  call: typeof settle,
): Side {
  let highestRate = 2_500;
  return {
    name,
    measure: async (seconds) => {
      const ids = await insert(Math.ceil(2 * highestRate * seconds) + clients);
      return measureCpu({ server: server.pid, postmaster }, async () => {
        const calls = [call(server, ids)];
        const answer = await load.ask({ do: 'loop', url: server.url, clients, seconds, calls });
        highestRate = Math.max(highestRate, answer.perSecond);
        return acceptAnswer(name, answer);
      });
    },
  };
}

async function peerSide(stage: Stage, running: AsyncDisposableStack): Promise<Side[]> {
  if (stage.startPeer === null) return [];
  const { url } = running.use(await stage.databases.copy('peer', stage.sizes.small));
  const peer = running.use(await stage.startPeer(url));
  const client = postgres(url, { max: 1 });
  running.defer(() => client.end());
  const settleAtPeer: typeof settle = ({ token }, ids) => ({
    method: 'PATCH',
    path: '/payments/{id}',
    body: '{"status":"success"}',
    ids,
    token,
  });
  return [settleSide('peer', stage, peer, (n) => insertPendingOfPeer(client, n), settleAtPeer)];
}

/** Reads while as many settles wait as the small database has payments, compared with reads on a quiet server. */
export const waitingSettlesRow: Row = {
  title: 'reads while 10,000 settles wait',
  belongsTo: 'quick',
  measure: async (stage) => {
    const { instruments, rhythm } = stage;
    const waiting = stage.sizes.small;
    await using running = new AsyncDisposableStack();
    const { databaseUrl, paydeck } = await startSmallPaydeck(stage, running);
    const settles = running.use(startHttpLoad());
    const db = openDatabase({ url: databaseUrl, deadlineMs: 60_000 });
    running.defer(() => db.close());
    const read = (seconds: number) =>
      instruments.load.ask({
        do: 'loop',
        url: paydeck.url,
        clients: readers,
        seconds,
        calls: [list(paydeck, { status: ['success'] })],
        keepTimes: true,
      });
    await read(rhythm.warmUpSeconds);
    const quiet: number[] = [];
    const busy: number[] = [];
    const floods: LoadAnswer[] = [];
    for (let round = 0; round < rhythm.rounds; round += 1) {
      quiet.push(...(await timesWhenQuiet(rhythm.seconds, read)));
      const ids = await insertPending(db, waiting);
      const flood = settles.ask({
        do: 'flood',
        url: paydeck.url,
        requests: waiting,
        connections: 250,
        calls: [settle(paydeck, ids)],
      });
      busy.push(...(await timesWhile(flood, read)));
      floods.push(await flood);
    }
    const refused = floods.reduce((sum, flood) => sum + refusals(flood), 0);
    const [quietP99, busyP99] = [percentile(quiet, 0.99), percentile(busy, 0.99)];
    const seconds = floods.map(({ calls, perSecond }) => (calls / perSecond).toFixed(1)).join(', ');
    return {
      row: 'settle-waiting',
      work: `p99 of lists by ${readers} clients: ${quietP99.toFixed(0)} ms quiet, ${busyP99.toFixed(0)} ms while ${numberText(waiting)} settles wait`,
      sides: [],
      goals: [atMost(2, '×', 'the p99 of a quiet server', busyP99 / quietP99)],
      notes: [`The settles took ${seconds} s. ${numberText(refused)} of them were refused.`],
    };
  },
};
