import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { buildScript, isPageUpToDate } from '@paydeck/dashboard/build';
import { chromiumPath, openBrowser } from '@paydeck/server/testing/browser';
import type { Benchmark, Report, RunContext } from '../benchmark.ts';
import { median } from '../measure.ts';
import { positiveInteger } from '../option-values.ts';
import { admin, paydeckEnvironment } from '../paydeck-server.ts';
import { startServerProcess } from '../server-process.ts';
import { formatTable } from '../table.ts';
import { startTemporaryPostgres } from '../temporary-postgres.ts';
import { loadOverview, type Marks, signInToPage } from './first-overview.ts';

type Options = {
  /** Loads that are measured, after two that are not. */
  loads: number;
  /** Of the demo, over the last year. */
  payments: number;
};

/** What the page is held to. */
const goalMs = 1_000;
const warmUpLoads = 2;
const runProgram = promisify(execFile);
const paydeck = fileURLToPath(new URL('../../../apps/cli/src/main.ts', import.meta.url));

export const page: Benchmark = {
  summary: 'from navigation to an overview that shows its numbers and answers a click',
  flags: '[--loads 15] [--payments 20000]',
  prepare: (args) => {
    const options = readOptions(args);
    return { options, run: (context) => run({ ...options, ...context }) };
  },
};

function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      loads: { type: 'string', default: '15' },
      payments: { type: 'string', default: '20000' },
    },
  });
  return {
    loads: positiveInteger('loads', values.loads),
    payments: positiveInteger('payments', values.payments),
  };
}

async function run({ loads, payments, signal, progress }: Options & RunContext): Promise<Report> {
  if (chromiumPath() === null) {
    const text = 'Skipped: there is no chromium on the PATH, and nothing was measured.';
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
    progress(`load ${load}: numbers ${Math.round(numbers)} ms, click answered ${Math.round(answered)} ms`);
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
    ['ms after the navigation', 'median', 'best', 'worst'],
    row('all figures are shown', figures.numbers),
    row('a click is answered', figures.answered),
  ]);
  const isReached = figures.answered.medianMs <= goalMs;
  const text = `${table}

${measured.length} loads with an empty cache. The goal, a click answered within ${goalMs.toLocaleString('en')} ms, is ${isReached ? 'reached' : 'missed'}.`;
  return { text, figures };
}
