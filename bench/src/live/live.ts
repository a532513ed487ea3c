import { defineBenchmark, type Report, type RunContext } from '../benchmark.ts';
import { count, counts, optionalCount, someOf } from '../flags.ts';
import { type Backend, startBackend } from './backend.ts';
import { measureCuts, reportCuts } from './cuts.ts';
import { measureFanOut, reportFanOut } from './fan-out.ts';
import { requireOpenFiles } from './open-files.ts';
import { measureSlowReaders, reportSlowReaders, slowReaders } from './slow-readers.ts';
import { liveSubjects } from './subjects.ts';
import { measureWatchedWrites, reportWatchedWrites } from './watched-writes.ts';

type Options = {
  /** The numbers of subscribers in `fan-out`. The largest is also used in `writes`. */
  sockets: readonly number[];
  /** How many events are timed with each number of sockets. */
  events: number;
  /** How long each of the parts `cuts` and `slow` takes. Null for their defaults. */
  seconds: number | null;
  only: readonly Part[];
};

const partNames = ['fan-out', 'cuts', 'writes', 'slow'] as const;
type Part = (typeof partNames)[number];

/** The parts in the order of the report. */
const parts: Record<Part, (backend: Backend, options: Options, context: RunContext) => Promise<Report>> = {
  'fan-out': async (backend, options, context) => {
    const { bareWs, bareWsWithInsert, paydeck, socketIo } = liveSubjects(backend);
    const figures = await measureFanOut([bareWs, bareWsWithInsert, paydeck, socketIo], options, context);
    return { text: reportFanOut(figures), figures };
  },
  cuts: async (backend, options, context) => {
    const { bareWs, paydeck, socketIo, socketIoWithRecovery } = liveSubjects(backend);
    const figures = await measureCuts(
      [bareWs, paydeck, socketIo, socketIoWithRecovery],
      { seconds: options.seconds ?? 30, tokens: backend.tokens },
      context,
    );
    return { text: reportCuts(figures), figures };
  },
  writes: async (backend, options, context) => {
    const { bareWsWithInsert, paydeck } = liveSubjects(backend);
    const sockets = Math.max(...options.sockets);
    const figures = await measureWatchedWrites([bareWsWithInsert, paydeck], sockets, context);
    return { text: reportWatchedWrites(figures), figures };
  },
  slow: async (backend, options, context) => {
    const { bareWs, paydeck } = liveSubjects(backend);
    const figures = await measureSlowReaders([bareWs, paydeck], options.seconds ?? 20, context);
    return { text: reportSlowReaders(figures), figures };
  },
};

export const live = defineBenchmark({
  summary: 'sends live events, compared with a bare ws server and Socket.IO',
  flags: {
    sockets: counts('100,1000,3000'),
    events: count('40'),
    seconds: optionalCount,
    only: someOf(partNames),
  },
  run,
});

/** The largest number of sockets that a process opens in this part. */
function socketsOf(part: Part, { sockets }: Options): number {
  return part === 'fan-out' || part === 'writes' ? Math.max(...sockets) : slowReaders.sockets;
}

async function run(options: Options, context: RunContext): Promise<Report> {
  await requireOpenFiles(Math.max(...options.only.map((part) => socketsOf(part, options))));
  await using backend = await startBackend();
  const reports: [Part, Report][] = [];
  for (const part of options.only) reports.push([part, await parts[part](backend, options, context)]);
  return {
    text: reports.map(([part, { text }]) => `${part}\n\n${text}`).join('\n\n\n'),
    figures: Object.fromEntries(reports.map(([part, { figures }]) => [part, figures])),
  };
}
