import { defineBenchmark, type Report, type RunContext } from '../benchmark.ts';
import { type Backend, requireOpenFiles, startBackend } from './backend.ts';
import { measureCuts, reportCuts } from './cuts.ts';
import { measureFanOut, reportFanOut } from './fan-out.ts';
import { measureSlowReaders, reportSlowReaders, slowReaders } from './slow-readers.ts';
import { liveSubjects } from './subjects.ts';
import { measureWatchedWrites, reportWatchedWrites } from './watched-writes.ts';

type Options = {
  /** The numbers of subscribers in `fan-out`. The largest is also used in `writes`. */
  sockets: readonly number[];
  /** How many events are timed with each number of sockets. */
  events: number;
  /** How long the parts `cuts` and `slow` take. */
  seconds: { cuts: number; slow: number };
  parts: readonly Part[];
};

type Part = keyof typeof parts;

/** The parts in the order of the report. */
const parts = {
  'fan-out': async (backend: Backend, options: Options, context: RunContext): Promise<Report> => {
    const { bareWs, bareWsWithInsert, paydeck, socketIo } = liveSubjects(backend);
    const figures = await measureFanOut([bareWs, bareWsWithInsert, paydeck, socketIo], options, context);
    return { text: reportFanOut(figures), figures };
  },
  cuts: async (backend: Backend, options: Options, context: RunContext): Promise<Report> => {
    const { bareWs, paydeck, socketIo, socketIoWithRecovery } = liveSubjects(backend);
    const figures = await measureCuts(
      [bareWs, paydeck, socketIo, socketIoWithRecovery],
      { seconds: options.seconds.cuts, tokens: backend.tokens },
      context,
    );
    return { text: reportCuts(figures), figures };
  },
  writes: async (backend: Backend, options: Options, context: RunContext): Promise<Report> => {
    const { bareWsWithInsert, paydeck } = liveSubjects(backend);
    const sockets = Math.max(...options.sockets);
    const figures = await measureWatchedWrites([bareWsWithInsert, paydeck], sockets, context);
    return { text: reportWatchedWrites(figures), figures };
  },
  slow: async (backend: Backend, options: Options, context: RunContext): Promise<Report> => {
    const { bareWs, paydeck } = liveSubjects(backend);
    const figures = await measureSlowReaders([bareWs, paydeck], options.seconds.slow, context);
    return { text: reportSlowReaders(figures), figures };
  },
};
const partNames = Object.keys(parts);
const isPart = (name: string): name is Part => Object.hasOwn(parts, name);

export const live = defineBenchmark({
  summary: 'sends live events, compared with a bare ws server and Socket.IO',
  flags: { sockets: '100,1000,3000', events: '40', seconds: '', only: partNames.join(',') },
  readOptions: (flags): Options => {
    const seconds = flags.optionalCount('seconds');
    const only = flags.list('only');
    const unknown = only.find((name) => !isPart(name));
    if (unknown !== undefined) {
      throw new TypeError(
        `--only must name some of the parts ${partNames.join(', ')}, but has "${unknown}".`,
      );
    }
    return {
      sockets: flags.counts('sockets'),
      events: flags.count('events'),
      seconds: { cuts: seconds ?? 30, slow: seconds ?? 20 },
      parts: only.filter(isPart),
    };
  },
  run,
});

/** The largest number of sockets that a process opens in this part. */
function socketsOf(part: Part, { sockets }: Options): number {
  return part === 'fan-out' || part === 'writes' ? Math.max(...sockets) : slowReaders.sockets;
}

async function run(options: Options, context: RunContext): Promise<Report> {
  await requireOpenFiles(Math.max(...options.parts.map((part) => socketsOf(part, options))));
  await using backend = await startBackend();
  const reports: [Part, Report][] = [];
  for (const part of options.parts) reports.push([part, await parts[part](backend, options, context)]);
  return {
    text: reports.map(([part, { text }]) => `${part}\n\n${text}`).join('\n\n\n'),
    figures: Object.fromEntries(reports.map(([part, { figures }]) => [part, figures])),
  };
}
