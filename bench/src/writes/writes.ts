import { parseArgs } from 'node:util';
import { openDatabase } from '@paydeck/db/connection';
import { verifyRollups } from '@paydeck/db/rollups';
import type { Benchmark, RunContext } from '../benchmark.ts';
import { measureInTurns, median, type Subject } from '../measure.ts';
import { positiveInteger, positiveNumber } from '../option-values.ts';
import { formatTable } from '../table.ts';
import { startTemporaryPostgres } from '../temporary-postgres.ts';
import { bareInserts, createCopyOfPayments } from './bare-inserts.ts';
import { inProcessWrites } from './in-process.ts';
import { writesOverHttp } from './over-http.ts';
import { pgbenchInserts } from './pgbench.ts';

const baselineName = 'bare inserts, same driver and pool';

/** What the subjects did with a number of clients, by their names. */
type Figure = {
  clients: number;
  subject: string;
  perSecond: number;
  ofBaseline: number;
  rounds: readonly number[];
};

type Options = {
  /** How long each measurement lasts. */
  seconds: number;
  /** How often each measurement is repeated; the report has the medians. */
  rounds: number;
  /** Concurrent clients; measured with each number. */
  clients: readonly number[];
};

export const writes: Benchmark = {
  summary: 'payments created per second, beside bare single inserts into a copy of the table',
  flags: '[--seconds 1] [--rounds 5] [--clients 1,10,64]',
  prepare: (args) => {
    const options = readOptions(args);
    return { options, run: (context) => run({ ...options, ...context }) };
  },
};

function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: 'string', default: '1' },
      rounds: { type: 'string', default: '5' },
      clients: { type: 'string', default: '1,10,64' },
    },
  });
  return {
    seconds: positiveNumber('seconds', values.seconds),
    rounds: positiveInteger('rounds', values.rounds),
    clients: values.clients.split(',').map((count) => positiveInteger('clients', count)),
  };
}

async function run(options: Options & RunContext): Promise<{ text: string; figures: Figure[] }> {
  await using running = new AsyncDisposableStack();
  const postgres = running.use(await startTemporaryPostgres());
  // Two databases: neither server reads the other one's events.
  const httpDatabase = await postgres.createDatabase('http');
  const databaseUrl = await postgres.createDatabase('in_process');
  const overHttp = running.use(await writesOverHttp('Paydeck over HTTP', httpDatabase));
  const inProcess = running.use(await inProcessWrites('Paydeck in process', databaseUrl));
  const { adminId } = await createCopyOfPayments(databaseUrl);
  const baseline = running.use(bareInserts(baselineName, { databaseUrl, adminId }));
  const pgbench = running.use(await pgbenchInserts('bare inserts, pgbench', { databaseUrl, adminId }));
  const subjects: Subject[] = [inProcess, overHttp, baseline];
  if (pgbench !== null) subjects.push(pgbench);

  const figures = await measure(subjects, options);
  const checked = [await check(databaseUrl), await check(httpDatabase)].reduce((a, b) => a + b, 0);
  return { text: report(figures, checked), figures };
}

async function measure(subjects: readonly Subject[], options: Options & RunContext): Promise<Figure[]> {
  options.progress('Warming up: code is compiled, statements are prepared on each connection.');
  for (const subject of subjects) {
    await subject.measure({ clients: Math.max(...options.clients), seconds: 0.5 });
  }
  const figures: Figure[] = [];
  for (const clients of options.clients) {
    const rates = await measureInTurns(subjects, { ...options, clients });
    const base = median(rates.get(baselineName) ?? []);
    for (const [subject, rounds] of rates) {
      const perSecond = median(rounds);
      figures.push({ clients, subject, perSecond, ofBaseline: perSecond / base, rounds });
    }
  }
  return figures;
}

/** A fast write that loses something is worth nothing: gives how many payments, rollups, and events agree. */
async function check(databaseUrl: string): Promise<number> {
  const db = openDatabase({ url: databaseUrl, deadlineMs: 60_000 });
  try {
    const { payments, differences } = await verifyRollups(db);
    if (differences.length > 0) throw new Error(`Rollups differ: ${JSON.stringify(differences[0])}.`);
    return payments;
  } finally {
    await db.close();
  }
}

function report(figures: readonly Figure[], checked: number): string {
  const clients = [...new Set(figures.map((figure) => figure.clients))];
  const names = [...new Set(figures.map((figure) => figure.subject))];
  const cells = (subject: string) =>
    clients.flatMap((count) => {
      const figure = figures.find((f) => f.clients === count && f.subject === subject);
      if (figure === undefined) return ['', ''];
      return [Math.round(figure.perSecond).toLocaleString('en'), `${figure.ofBaseline.toFixed(2)}×`];
    });
  const heading = clients.flatMap((count) => [`${count} ${count === 1 ? 'client' : 'clients'}`, 'ratio']);
  const table = formatTable([
    ['payments written per second', ...heading],
    ...names.map((name) => [name, ...cells(name)]),
  ]);
  return `${table}

Medians; the ratio is to "${baselineName}" with as many clients. Paydeck's payments come with rollups, event and
idempotency key. Afterwards the rollups of all ${checked.toLocaleString('en')} of them were recomputed, and agree.`;
}
