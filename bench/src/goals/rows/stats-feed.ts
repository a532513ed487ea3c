import { startReceivers } from '../../live/load/start-load.ts';
import { requireOpenFiles } from '../../live/open-files.ts';
import { median, percentile } from '../../measure.ts';
import { atMost, numberText, type Sample, type SideFigure, sideFigure } from '../row.ts';
import { startPaydeck } from '../servers/start-servers.ts';
import { measureCpu } from '../sides.ts';
import type { Row, Stage } from '../stage.ts';

const warmUpEvents = 10;
const eventsPerTurn = 8;
const pauseMs = 50;

/** Payments change all the time, one after the other. Two servers take turns: the sockets of one watch the stats too. */
export const statsFeedRow: Row = {
  title: 'stats.onUpdate to 3,000 sockets',
  belongsTo: 'quick',
  measure: async (stage) => {
    const { rhythm, sockets } = stage;
    await requireOpenFiles(sockets);
    await using running = new AsyncDisposableStack();
    const watched = [
      running.use(await watch(stage, 'payments alone', false)),
      running.use(await watch(stage, 'payments and stats', true)),
    ];
    for (let round = 0; round < rhythm.rounds; round += 1) {
      for (const { sendEvents } of round % 2 === 0 ? watched : watched.toReversed()) {
        rhythm.signal.throwIfAborted();
        await sendEvents();
      }
    }
    const [alone, both] = watched.map(({ figure }) => figure());
    if (alone === undefined || both === undefined) throw new Error('Both servers must be measured.');
    return {
      row: 'stats-feed',
      work: `${numberText(sockets)} sockets, one payment at a time; p50 is when half of the sockets have it, p99 when the last one has; CPU is per payment`,
      sides: [alone, both],
      goals: [
        atMost(
          1.5,
          '×',
          'the p50 of payments alone',
          (both.median.p50Ms ?? NaN) / (alone.median.p50Ms ?? NaN),
        ),
      ],
    };
  },
};

type Watched = AsyncDisposable & { sendEvents(): Promise<void>; figure(): SideFigure };

/** Starts a server on its own database, and subscribes the sockets. */
async function watch(
  { databases, instruments: { postmaster }, sizes, sockets, context }: Stage,
  name: string,
  withStats: boolean,
): Promise<Watched> {
  await using started = new AsyncDisposableStack();
  const { url } = started.use(await databases.copy('paydeck', sizes.small));
  const server = started.use(await startPaydeck(url));
  const receivers = started.use(startReceivers());
  const target = { protocol: 'trpc', withStats, url: server.url, token: server.token } as const;
  const time = (events: number) => receivers.ask({ do: 'time-events', target, events, pauseMs });
  context.progress(`  Connecting ${numberText(sockets)} sockets for ${name}.`);
  await receivers.ask({ do: 'connect', target, sockets, stalled: 0 });
  await time(warmUpEvents);

  const samples: Sample[] = [];
  const running = started.move();
  return {
    sendEvents: async () => {
      samples.push(
        await measureCpu({ server: server.pid, postmaster }, async () => {
          const startedAt = performance.now();
          const { timed } = await time(eventsPerTurn);
          return {
            calls: timed.length,
            perSecond: timed.length / ((performance.now() - startedAt) / 1_000),
            p50Ms: median(timed.map(({ medianDeliveryMs }) => medianDeliveryMs)),
            p99Ms: percentile(
              timed.map(({ lastDeliveryMs }) => lastDeliveryMs),
              0.99,
            ),
          };
        }),
      );
    },
    figure: () => sideFigure(name, samples),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
