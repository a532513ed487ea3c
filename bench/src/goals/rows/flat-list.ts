import type { Call } from '../../http-load/call.ts';
import { list } from '../calls.ts';
import { atMost, type Goal, numberText, rateRatio, type SideFigure } from '../row.ts';
import type { RunningServer } from '../servers/running-server.ts';
import { startPaydeck } from '../servers/start-servers.ts';
import { httpSide, measureSides } from '../sides.ts';
import type { Row } from '../stage.ts';

const clients = 8;

/** Lists that must take as long in the large database as in the small one, which has `rows` payments. */
const cases: Readonly<Record<string, (server: RunningServer, rows: number) => Call>> = {
  filtered: (server) => list(server, { status: ['success'] }),
  deep: (server, rows) => list(server, {}, Math.floor(rows / 20 / 2)),
  'rare method': (server) => list(server, { method: ['digital_wallet'] }),
};

export const flatListRow: Row = {
  title: 'list at ten million and at ten thousand',
  belongsTo: 'full',
  measure: async ({ databases, instruments, rhythm, sizes }) => {
    await using running = new AsyncDisposableStack();
    const start = async (rows: number) =>
      running.use(await startPaydeck(await databases.forReading('paydeck', rows)));
    const [small, large] = [await start(sizes.small), await start(sizes.large)];
    const figures: SideFigure[] = [];
    const goals: Goal[] = [];
    for (const [name, call] of Object.entries(cases)) {
      const smallName = `${name}, ${numberText(sizes.small)}`;
      const largeName = `${name}, ${numberText(sizes.large)}`;
      const sides = await measureSides(
        [
          httpSide(smallName, instruments, small, { clients, calls: [call(small, sizes.small)] }),
          httpSide(largeName, instruments, large, { clients, calls: [call(large, sizes.large)] }),
        ],
        rhythm,
      );
      figures.push(...sides);
      goals.push(atMost(1.2, '×', `the small time, ${name}`, rateRatio(sides, smallName, largeName)));
    }
    return {
      row: 'list-flat',
      work: `lists of 20 by ${clients} clients; the deep page is in the middle`,
      sides: figures,
      goals,
    };
  },
};
