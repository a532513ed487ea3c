import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { buildScript, isPageUpToDate } from '@paydeck/dashboard/build';
import { chromiumPath, openBrowser } from '@paydeck/server/testing/browser';
import { defineBenchmark, type Report, type RunContext } from '../benchmark.ts';
import { count } from '../flags.ts';
import { median } from '../measure.ts';
import { admin, paydeckEnvironment } from '../paydeck-server.ts';
import { startServerProcess } from '../server-process.ts';
import { formatTable, plural } from '../table.ts';
import { startTemporaryPostgres } from '../temporary-postgres.ts';
import { loadOverview, type Marks, signInToPage } from './first-overview.ts';

type Options = {
  /** How many loads are measured, after two that are not. */
  loads: number;
  /** How many demo payments are recorded first, over the last year. */
  payments: number;
};

/** The median of "a click is answered" must not exceed this. */
const goalMs = 1_000;
const warmUpLoads = 2;
const runProgram = promisify(execFile);
const paydeck = fileURLToPath(new URL('../../../apps/cli/src/main.ts', import.meta.url));

export const page = defineBenchmark({
  summary: 'loads the overview in Chromium until it shows its figures and answers a click',
  flags: { loads: count('15'), payments: count('20000') },
  run,
});

async function run({ loads, payments }: Options, { signal, progress }: RunContext): Promise<Report> {
  if (chromiumPath() === null) {
    const text = 'Nothing was measured: chromium must be on the PATH.';
    return { text, figures: null };
  }
  if (!isPageUpToDate()) {
    progress('Building the page.');
    await runProgram(process.execPath, [buildScript]);
  }
  await using running = new AsyncDisposableStack();
  const postgres = running.use(await startTemporaryPostgres());
  const environment = paydeckEnvironment(await postgres.createDatabase('page'));
  const { url } = running.use(await startServerProcess(environment));
  progress(`Recording ${payments.toLocaleString('en')} payments.`);
  const demo = [paydeck, 'demo', '--url', url, '--count', `${payments}`];
  await runProgram(process.execPath, demo, {
    env: { PATH: process.env.PATH, PAYDECK_USERNAME: admin.username, PAYDECK_PASSWORD: admin.password },
    signal,
  });

  const browser = running.use(await openBrowser());
  let storage = await signInToPage(browser, url, admin);
  const measured: Marks[] = [];
  for (let load = 1; load <= warmUpLoads + loads; load += 1) {
    signal.throwIfAborted();
    const loaded = await loadOverview(browser, url, storage);
    storage = loaded.storage;
    const { numbers, answered } = loaded.marks;
    progress(
      `Load ${load}: figures after ${Math.round(numbers)} ms, click answered after ${Math.round(answered)} ms.`,
    );
    if (load > warmUpLoads) measured.push(loaded.marks);
  }
  return report(measured);
}

function report(measured: readonly Marks[]): Report {
  const figureOf = (name: keyof Marks) => {
    const times = measured.map((marks) => marks[name]);
    return { medianMs: median(times), bestMs: Math.min(...times), worstMs: Math.max(...times) };
  };
  const figures = { numbers: figureOf('numbers'), answered: figureOf('answered'), goalMs };
  const row = (name: string, { medianMs, bestMs, worstMs }: ReturnType<typeof figureOf>) => [
    name,
    ...[medianMs, bestMs, worstMs].map((ms) => Math.round(ms).toLocaleString('en')),
  ];
  const table = formatTable([
    ['milliseconds after the navigation', 'median', 'best', 'worst'],
    row('all figures are shown', figures.numbers),
    row('a click is answered', figures.answered),
  ]);
  const isReached = figures.answered.medianMs <= goalMs;
  const text = `${table}

${plural(measured.length, 'load')} with an empty cache. The goal is a median of at most ${goalMs.toLocaleString('en')} ms until a click is answered. It is ${isReached ? 'met' : 'missed'}.`;
  return { text, figures };
}
