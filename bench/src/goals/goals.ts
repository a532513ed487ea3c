import { mkdir, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { defineBenchmark, type Report, type RunContext } from '../benchmark.ts';
import { findPostmaster } from '../cpu-time.ts';
import { count, counts, type OptionsOf, oneOf, optionalNumber, optionalText, someOf } from '../flags.ts';
import { startHttpLoad } from '../http-load/start-load.ts';
import { describeMachine } from '../machine.ts';
import { startKeptPostgres, startTemporaryPostgres } from '../temporary-postgres.ts';
import { reportMarkdown, reportText } from './report.ts';
import type { RowFigure } from './row.ts';
import { createRow, createWithKeyRow } from './rows/create.ts';
import { createManyRow } from './rows/create-many.ts';
import { changedDashboardRow, dashboardRow, largeDashboardRow } from './rows/dashboard.ts';
import { exportRow } from './rows/export.ts';
import { filtersRow } from './rows/filters.ts';
import { flatListRow } from './rows/flat-list.ts';
import { hostileRow } from './rows/hostile.ts';
import { inProcessRow } from './rows/in-process.ts';
import { listRow } from './rows/list.ts';
import { searchersRow } from './rows/searchers.ts';
import { settleRow } from './rows/settle.ts';
import { startRow } from './rows/start.ts';
import { statsFeedRow } from './rows/stats-feed.ts';
import { waitingSettlesRow } from './rows/waiting-settles.ts';
import { seededDatabases } from './seeded-databases.ts';
import { installPeer, isPeerInstalled, startPeer } from './servers/peer.ts';
import type { Row, Stage } from './stage.ts';

/** The rows in the order of the table. */
const rows = {
  list: listRow,
  create: createRow,
  'create-in-process': inProcessRow,
  'create-key': createWithKeyRow,
  settle: settleRow,
  'settle-waiting': waitingSettlesRow,
  'create-many': createManyRow,
  dashboard: dashboardRow,
  'dashboard-changed': changedDashboardRow,
  'dashboard-large': largeDashboardRow,
  'stats-feed': statsFeedRow,
  export: exportRow,
  'list-flat': flatListRow,
  filters: filtersRow,
  searchers: searchersRow,
  hostile: hostileRow,
  start: startRow,
} as const satisfies Record<string, Row>;

const names = Object.keys(rows).filter((name): name is keyof typeof rows => Object.hasOwn(rows, name));

const flags = {
  full: 'switch',
  only: someOf(names),
  seconds: optionalNumber,
  rounds: count('3'),
  warmup: optionalNumber,
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
  const machine = describeMachine();
  const postmaster = await findPostmaster(postgres.urlOf('postgres'));
  const [small = 10_000, medium = 1_000_000, large = 10_000_000] = options.sizes;
  const shared: Omit<Stage, 'instruments'> = {
    databases: seededDatabases(postgres, context),
    rhythm: {
      ...context,
      seconds: options.seconds ?? (options.full ? 3 : 1.2),
      rounds: options.rounds,
      warmUpSeconds: options.warmup ?? (options.full ? 4 : 2),
    },
    sizes: { small, medium, large },
    sockets: options.sockets,
    context,
    startPeer: await peerOf(options, context),
  };
  const figures: RowFigure[] = [];
  for (const name of chosenRows(options)) {
    context.signal.throwIfAborted();
    context.progress(`${name}: ${rows[name].title}`);
    const startedAt = performance.now();
    await using load = startHttpLoad();
    figures.push(await measureRow(name, { ...shared, instruments: { load, postmaster } }));
    context.progress(`  ${((performance.now() - startedAt) / 1_000).toFixed(0)} s`);
    if (options.out !== null) await keep(options.out, { machine, options, figures });
  }
  const titles = new Map<string, string>(names.map((name) => [name, rows[name].title]));
  const markdown = options.markdown ? `\n\n${reportMarkdown(figures, titles)}` : '';
  return { text: `${reportText(figures)}${markdown}`, figures };
}

function chosenRows({ full, only }: Options): (keyof typeof rows)[] {
  return only.filter((name) => full || only.length < names.length || rows[name].belongsTo === 'quick');
}

/** A row that can't be measured must not cost the others. The report says why, and the process exits with 1. */
async function measureRow(name: keyof typeof rows, stage: Stage): Promise<RowFigure> {
  try {
    return await rows[name].measure(stage);
  } catch (error) {
    stage.context.signal.throwIfAborted();
    const failure = error instanceof Error ? error.message : String(error);
    stage.context.progress(`  ${name} could not be measured: ${failure}`);
    process.exitCode = 1;
    return { row: name, work: rows[name].title, sides: [], goals: [], failure };
  }
}

/** Null when the peer is left out, or can't be installed. */
async function peerOf({ peer }: Options, { progress }: RunContext): Promise<Stage['startPeer']> {
  if (peer === 'none' || (peer === 'if-installed' && !isPeerInstalled())) return null;
  if (peer === 'if-installed') return startPeer;
  if (!isPeerInstalled()) progress('Installing the peer into bench/peer/node_modules (80 MB).');
  try {
    await installPeer();
    return startPeer;
  } catch (error) {
    progress(`${error instanceof Error ? error.message : error}\nThe peer is left out.`);
    return null;
  }
}

/** Written after each row, so that an interrupted run keeps what it has measured. */
async function keep(file: string, content: object): Promise<void> {
  await mkdir(resolve(file, '..'), { recursive: true });
  await writeFile(file, `${JSON.stringify(content, null, 2)}\n`);
}
