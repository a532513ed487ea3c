import { openDatabase } from '@paydeck/db/connection';
import postgres from 'postgres';
import { insertPending, insertPendingBare, insertPendingOfPeer } from '../../seed/pending-payments.ts';
import { settle } from '../calls.ts';
import { atLeast, ratePercent } from '../row.ts';
import type { RunningServer } from '../servers/running-server.ts';
import { acceptAnswer, measureCpu, measureSides, type Side } from '../sides.ts';
import type { Row, Stage } from '../stage.ts';
import { startSmallPaydeckAndBare } from './small-servers.ts';

const clients = 64;

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
  let highestRate = 4_000;
  return {
    name,
    measure: async (seconds) => {
      const ids = await insert(Math.ceil(2 * highestRate * seconds) + clients);
      return measureCpu({ server: server.pid, postmaster }, async () => {
        const calls = [call(server, ids)];
        const answer = await load.loop({ url: server.url, clients, seconds, calls });
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
