import { bareInserts, createCopyOfPayments } from '../../writes/bare-inserts.ts';
import { inProcessWrites } from '../../writes/in-process.ts';
import { atLeast, type Goal, rateRatio, type SideFigure } from '../row.ts';
import { measureCpu, measureSides, type Side } from '../sides.ts';
import type { Row } from '../stage.ts';

/** The goal for each number of clients. */
const targets = new Map([
  [1, 0.7],
  [10, 1],
  [64, 1],
]);

/** The subjects of `pnpm bench writes`, without HTTP: both run in the process of the benchmark, one after the other. */
export const inProcessRow: Row = {
  title: 'create in process',
  belongsTo: 'quick',
  measure: async ({ databases, instruments: { postmaster }, sizes, rhythm }) => {
    await using running = new AsyncDisposableStack();
    const { url } = running.use(await databases.copy('paydeck', sizes.small));
    const { adminId } = await createCopyOfPayments(url);
    const subjects = [
      running.use(await inProcessWrites('Paydeck', url)),
      running.use(bareInserts('bare inserts', { databaseUrl: url, adminId })),
    ];
    const figures: SideFigure[] = [];
    const goals: Goal[] = [];
    for (const [clients, target] of targets) {
      const sides = subjects.map(
        ({ name, measure }): Side => ({
          name,
          measure: (seconds) =>
            measureCpu({ server: process.pid, postmaster }, async () => {
              const perSecond = await measure({ clients, seconds });
              return { calls: perSecond * seconds, perSecond };
            }),
        }),
      );
      // The same code runs with each number of clients, so little of it is left to compile.
      const measured = await measureSides(sides, { ...rhythm, warmUpSeconds: rhythm.warmUpSeconds / 3 });
      const ratio = rateRatio(measured, 'Paydeck', 'bare inserts');
      goals.push(atLeast(target, '×', `bare inserts, ${clients} client${clients === 1 ? '' : 's'}`, ratio));
      figures.push(...measured.map((figure) => ({ ...figure, side: `${figure.side}, ${clients}` })));
    }
    return {
      row: 'create-in-process',
      work: 'creates with an idempotency key through tRPC, without HTTP; the number after the name is that of the clients',
      sides: figures,
      goals,
    };
  },
};
