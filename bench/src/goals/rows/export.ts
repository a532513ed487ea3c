import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import postgres from 'postgres';
import type { Call } from '../../http-load/call.ts';
import { type HttpLoad, startHttpLoad } from '../../http-load/start-load.ts';
import { percentile } from '../../measure.ts';
import { atLeast, atMost, numberText, ratePercent } from '../row.ts';
import type { RunningServer } from '../servers/running-server.ts';
import { startPaydeck } from '../servers/start-servers.ts';
import { acceptAnswer, measureCpu, measureSides, type Side } from '../sides.ts';
import type { Row, Stage } from '../stage.ts';
import { readers, readLists, timesWhenQuiet, timesWhile } from './times-while.ts';

/** Costs are per so many rows. */
const costRows = 1_000;

export const exportRow: Row = {
  title: 'export of a million',
  belongsTo: 'full',
  measure: async (stage) => {
    const { databases, instruments, rhythm, sizes } = stage;
    const rows = sizes.medium;
    await using running = new AsyncDisposableStack();
    const databaseUrl = await databases.forReading('paydeck', rows);
    const paydeck = running.use(await startPaydeck(databaseUrl));
    const exporter = running.use(startHttpLoad());
    const client = postgres(databaseUrl, { max: 1 });
    running.defer(() => client.end());

    const sides = await measureSides(
      [
        exportSide('Paydeck', stage, { server: paydeck, exporter, rows, call: exportCall(paydeck) }),
        ...(await peerSide(stage, running, exporter)),
        copySide(client, stage, rows),
      ],
      // One export takes seconds, and each round makes at least one.
      { ...rhythm, warmUpSeconds: 0.1 },
    );

    const read = readLists(instruments, paydeck);
    await read(rhythm.warmUpSeconds);
    const quiet: number[] = [];
    const busy: number[] = [];
    for (let round = 0; round < rhythm.rounds; round += 1) {
      quiet.push(...(await timesWhenQuiet(rhythm.seconds, read)));
      const exported = exporter.loop({ ...oneExport, url: paydeck.url, calls: [exportCall(paydeck)] });
      busy.push(...(await timesWhile(exported, read)));
      acceptAnswer('Paydeck', await exported);
    }
    const [quietP99, busyP99] = [percentile(quiet, 0.99), percentile(busy, 0.99)];
    return {
      row: 'export',
      work: `${numberText(rows)} rows as CSV over HTTP; COPY writes them through the driver to nowhere; rates are rows, CPU is per ${numberText(costRows)}`,
      sides,
      goals: [
        atLeast(75, '%', 'of COPY', ratePercent(sides, 'Paydeck', 'COPY')),
        atMost(2, '×', 'the quiet p99 of other calls', busyP99 / quietP99),
      ],
      notes: [
        `p99 of lists by ${readers} clients: ${quietP99.toFixed(0)} ms quiet, ${busyP99.toFixed(0)} ms during an export.`,
      ],
    };
  },
};

const oneExport = { clients: 1, seconds: 0.001 } as const;

const exportCall = ({ token }: RunningServer): Call => ({
  method: 'GET',
  path: '/api/payments/export',
  token,
});

function exportSide(
  name: string,
  { instruments: { postmaster } }: Stage,
  { server, exporter, rows, call }: { server: RunningServer; exporter: HttpLoad; rows: number; call: Call },
): Side {
  return {
    name,
    measure: (seconds) =>
      measureCpu({ server: server.pid, postmaster }, async () => {
        const answer = await exporter.loop({ ...oneExport, seconds, url: server.url, calls: [call] });
        const { calls, perSecond, loadCpuMs } = acceptAnswer(name, answer);
        const thousands = rows / costRows;
        return {
          calls: calls * thousands,
          perSecond: perSecond * rows,
          loadCpuMs: loadCpuMs / thousands,
        };
      }),
  };
}

async function peerSide(stage: Stage, running: AsyncDisposableStack, exporter: HttpLoad): Promise<Side[]> {
  if (stage.startPeer === null) return [];
  const rows = stage.sizes.medium;
  const peer = running.use(await stage.startPeer(await stage.databases.forReading('peer', rows)));
  const call: Call = { method: 'GET', path: '/payments/export', token: peer.token };
  return [exportSide('peer', stage, { server: peer, exporter, rows, call })];
}

/** COPY of the same columns in the same order, through the driver, from the process of the benchmark. */
function copySide(client: postgres.Sql, { instruments: { postmaster } }: Stage, rows: number): Side {
  return {
    name: 'COPY',
    measure: (seconds) =>
      measureCpu({ server: process.pid, postmaster }, async () => {
        const startedAt = performance.now();
        let copies = 0;
        do {
          const copied = await client`
            copy (
              select id, amount_minor, method, status, receiver, description, created_at
              from payments order by created_at, id
            ) to stdout with (format csv)`.readable();
          await pipeline(copied, nowhere());
          copies += 1;
        } while (performance.now() - startedAt < seconds * 1_000);
        const elapsed = (performance.now() - startedAt) / 1_000;
        return { calls: (copies * rows) / costRows, perSecond: (copies * rows) / elapsed };
      }),
  };
}

const nowhere = () => new Writable({ write: (_chunk, _encoding, done) => done() });
