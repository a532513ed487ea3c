import { mkdir, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { defineBenchmark, type Report, type RunContext } from '../benchmark.ts';
import { findPostmaster } from '../cpu-time.ts';
import { count, counts, type OptionsOf, oneOf, optionalText, positiveNumber, someOf } from '../flags.ts';
import { startHttpLoad } from '../http-load/start-load.ts';
import { describeMachine } from '../machine.ts';
import { startKeptPostgres, startTemporaryPostgres } from '../temporary-postgres.ts';
import { reportMarkdown, reportText } from './report.ts';
import type { RowFigure } from './row.ts';
import { createRow, createWithKeyRow } from './rows/create.ts';
import { changedDashboardRow, dashboardRow } from './rows/dashboard.ts';
import { listRow } from './rows/list.ts';
import { seededDatabases } from './seed/seeded-databases.ts';
import { installPeer, isPeerInstalled, startPeer } from './servers/peer.ts';
import type { Row, Stage } from './stage.ts';

/** The rows in the order of the table. */
const rows = {
  list: listRow,
  create: createRow,
  'create-key': createWithKeyRow,
  dashboard: dashboardRow,
  'dashboard-changed': changedDashboardRow,
} as const satisfies Record<string, Row>;

const names = Object.keys(rows).filter((name): name is keyof typeof rows => Object.hasOwn(rows, name));

const flags = {
  full: 'switch',
  only: someOf(names),
  seconds: positiveNumber('2'),
  rounds: count('3'),
  warmup: positiveNumber('2'),
  sizes: counts('10000,1000000,10000000'),
  sockets: count('3000'),
  peer: oneOf(['install', 'if-installed', 'none']),
  data: optionalText('folder'),
  out: optionalText('file'),
  markdown: 'switch',
} as const;

type Options = OptionsOf<typeof flags>;

export const goals = defineBenchmark({
  summary: 'compares Paydeck with a peer and with the limits of Node and PostgreSQL; prints the goals',
  flags,
  run,
});

async function run(options: Options, context: RunContext): Promise<Report> {
  await using running = new AsyncDisposableStack();
  const postgres = running.use(
    await (options.data === null ? startTemporaryPostgres() : startKeptPostgres(resolve(options.data))),
  );
  const [small = 10_000, medium = 1_000_000, large = 10_000_000] = options.sizes;
  const stage: Stage = {
    databases: seededDatabases(postgres, context),
    instruments: {
      load: running.use(startHttpLoad()),
      postmaster: await findPostmaster(postgres.urlOf('postgres')),
    },
    rhythm: { ...context, seconds: options.seconds, rounds: options.rounds, warmUpSeconds: options.warmup },
    sizes: { small, medium, large },
    sockets: options.sockets,
    context,
    startPeer: await peerOf(options, context),
  };
  const figures: RowFigure[] = [];
  for (const name of chosenRows(options)) {
    context.signal.throwIfAborted();
    context.progress(`${name}: ${rows[name].title}`);
    figures.push(await rows[name].measure(stage));
    if (options.out !== null) await keep(options.out, { machine: describeMachine(), options, figures });
  }
  const titles = new Map<string, string>(names.map((name) => [name, rows[name].title]));
  return { text: options.markdown ? reportMarkdown(figures, titles) : reportText(figures), figures };
}

function chosenRows({ full, only }: Options): (keyof typeof rows)[] {
  return only.filter((name) => full || only.length < names.length || rows[name].belongsTo === 'quick');
}

/** Null when the peer is left out. */
async function peerOf({ peer }: Options, { progress }: RunContext): Promise<Stage['startPeer']> {
  if (peer === 'none' || (peer === 'if-installed' && !isPeerInstalled())) return null;
  if (peer === 'install') {
    if (!isPeerInstalled()) progress('Installing the peer into bench/peer/node_modules (80 MB).');
    await installPeer();
  }
  return startPeer;
}

/** Written after each row, so that an interrupted run keeps what it has measured. */
async function keep(file: string, content: object): Promise<void> {
  await mkdir(resolve(file, '..'), { recursive: true });
  await writeFile(file, `${JSON.stringify(content, null, 2)}\n`);
}
