import { parseArgs } from 'node:util';
import type { Benchmark, Report, RunContext } from '../benchmark.ts';
import { positiveInteger } from '../option-values.ts';
import { requireOpenFiles, startBackend } from './backend.ts';
import { measureFanOut, reportFanOut } from './fan-out.ts';
import { liveSubjects } from './subjects.ts';

type Options = { sockets: readonly number[]; events: number };

export const live: Benchmark = {
  summary: 'live events beside a bare ws server and Socket.IO',
  flags: '[--sockets 100,1000,3000] [--events 40]',
  prepare: (args) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        sockets: { type: 'string', default: '100,1000,3000' },
        events: { type: 'string', default: '40' },
      },
    });
    const options: Options = {
      sockets: values.sockets.split(',').map((count) => positiveInteger('sockets', count)),
      events: positiveInteger('events', values.events),
    };
    return { options, run: (context) => run(options, context) };
  },
};

async function run(options: Options, context: RunContext): Promise<Report> {
  await requireOpenFiles(Math.max(...options.sockets));
  await using backend = await startBackend();
  const { bareWs, bareWsWithInsert, paydeck, socketIo } = liveSubjects(backend);
  const figures = await measureFanOut([bareWs, bareWsWithInsert, paydeck, socketIo], options, context);
  return { text: reportFanOut(figures), figures };
}
