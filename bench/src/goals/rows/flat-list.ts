import postgres from 'postgres';
import type { Call } from '../../http-load/call.ts';
import { list } from '../calls.ts';
import { moveLog } from '../move-log.ts';
import { atMost, type Goal, numberText, rateRatio, type SideFigure } from '../row.ts';
import type { RunningServer } from '../servers/running-server.ts';
import { startPaydeck } from '../servers/start-servers.ts';
import { acceptAnswer, measureCpu, measureSides, type Side } from '../sides.ts';
import type { Row, Stage } from '../stage.ts';

/** Lists that must take as long in the large database as in the small one, which has `rows` payments. */
const cases: Readonly<Record<string, (server: RunningServer, rows: number) => Call>> = {
  filtered: (server) => list(server, { status: ['success'] }),
  deep: (server, rows) => list(server, {}, Math.floor(rows / 20 / 2)),
  'rare method': (server) => list(server, { method: ['digital_wallet'] }),
};

type Opened = { server: RunningServer; client: postgres.Sql; rows: number };

export const flatListRow: Row = {
  title: 'list at ten million and at ten thousand',
  belongsTo: 'full',
  measure: async (stage) => {
    const { databases, rhythm, sizes } = stage;
    await using running = new AsyncDisposableStack();
    const open = async (rows: number): Promise<Opened> => {
      const url = await databases.forReading('paydeck', rows);
      const client = postgres(url, { max: 1 });
      running.defer(() => client.end());
      return { server: running.use(await startPaydeck(url)), client, rows };
    };
    const [small, large] = [await open(sizes.small), await open(sizes.large)];
    const figures: SideFigure[] = [];
    const goals: Goal[] = [];
    for (const [name, call] of Object.entries(cases)) {
      const smallName = `${name}, ${numberText(sizes.small)}`;
      const largeName = `${name}, ${numberText(sizes.large)}`;
      const sides = await measureSides(
        [listSide(smallName, stage, small, call), listSide(largeName, stage, large, call)],
        rhythm,
      );
      figures.push(...sides);
      goals.push(atMost(1.2, '×', `the small time, ${name}`, rateRatio(sides, smallName, largeName)));
    }
    return {
      row: 'list-flat',
      work: 'lists of 20 by one client, none with a shared answer; the deep page is in the middle',
      sides: figures,
      goals,
    };
  },
};

/** Lists one after another. The log moves before each one, so that the server computes every answer. */
function listSide(
  name: string,
  { instruments: { load, postmaster } }: Stage,
  { server, client, rows }: Opened,
  call: (server: RunningServer, rows: number) => Call,
): Side {
  const once = { url: server.url, clients: 1, seconds: 0.001, calls: [call(server, rows)] };
  return {
    name,
    measure: (seconds) =>
      measureCpu({ server: server.pid, postmaster }, async () => {
        const times: number[] = [];
        for (const end = Date.now() + 1_000 * seconds; Date.now() < end || times.length === 0; ) {
          await moveLog(client);
          times.push(acceptAnswer(name, await load.loop(once)).p50Ms);
        }
        const sorted = times.toSorted((a, b) => a - b);
        const p50Ms = sorted[Math.floor(sorted.length / 2)] ?? 0;
        return { calls: times.length, perSecond: 1_000 / p50Ms, p50Ms };
      }),
  };
}
