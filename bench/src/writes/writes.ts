import { openDatabase } from '@paydeck/db/connection';
import { verifyRollups } from '@paydeck/db/rollups';
import { defineBenchmark, type Report, type RunContext } from '../benchmark.ts';
import { count, counts, positiveNumber } from '../flags.ts';
import { measureInTurns, median, type Subject } from '../measure.ts';
import { formatTable, plural } from '../table.ts';
import { startTemporaryPostgres } from '../temporary-postgres.ts';
import { bareInserts, createCopyOfPayments } from './bare-inserts.ts';
import { inProcessWrites } from './in-process.ts';
import { writesOverHttp } from './over-http.ts';
import { pgbenchInserts } from './pgbench.ts';

const baselineName = 'bare inserts, same driver and pool';

/** The rate of one subject with one number of clients. */
type Figure = {
  clients: number;
  subject: string;
  perSecond: number;
  /** The rate divided by the baseline's. */
  ratio: number;
  rounds: readonly number[];
};

type Options = {
  /** How long each measurement lasts. */
  seconds: number;
  /** How often each measurement is repeated. The report has the medians. */
  rounds: number;
  /** The numbers of concurrent clients. Each subject is measured with each of them. */
  clients: readonly number[];
};

export const writes = defineBenchmark({
  summary: 'creates payments, compared with bare inserts into a copy of the table',
  flags: { seconds: positiveNumber('1'), rounds: count('5'), clients: counts('1,10,64') },
  run,
});

async function run(options: Options, context: RunContext): Promise<Report> {
  await using running = new AsyncDisposableStack();
  const postgres = running.use(await startTemporaryPostgres());
  // Two databases, so that no server reads the events of the other one.
  const httpDatabase = await postgres.createDatabase('http');
  const databaseUrl = await postgres.createDatabase('in_process');
  const overHttp = running.use(await writesOverHttp('Paydeck over HTTP', httpDatabase));
  const inProcess = running.use(await inProcessWrites('Paydeck in process', databaseUrl));
  const { adminId } = await createCopyOfPayments(databaseUrl);
  const baseline = running.use(bareInserts(baselineName, { databaseUrl, adminId }));
  const pgbench = running.use(await pgbenchInserts('bare inserts, pgbench', { databaseUrl, adminId }));
  const subjects: Subject[] = [inProcess, overHttp, baseline];
  if (pgbench !== null) subjects.push(pgbench);

  const figures = await measure(subjects, { ...options, ...context });
  const verified = (await verify(databaseUrl)) + (await verify(httpDatabase));
  return { text: report(figures, verified), figures };
}

async function measure(subjects: readonly Subject[], options: Options & RunContext): Promise<Figure[]> {
  options.progress('Warming up: compiling code and preparing statements.');
  for (const subject of subjects) {
    await subject.measure({ clients: Math.max(...options.clients), seconds: 0.5 });
  }
  const figures: Figure[] = [];
  for (const clients of options.clients) {
    const rates = await measureInTurns(subjects, { ...options, clients });
    const base = median(rates.get(baselineName) ?? []);
    for (const [subject, rounds] of rates) {
      const perSecond = median(rounds);
      figures.push({ clients, subject, perSecond, ratio: perSecond / base, rounds });
    }
  }
  return figures;
}

/** Recomputes the rollups, since a fast write that loses something is worth nothing. Resolves to the number of payments. */
async function verify(databaseUrl: string): Promise<number> {
  const db = openDatabase({ url: databaseUrl, deadlineMs: 60_000 });
  try {
    const { payments, differences } = await verifyRollups(db);
    if (differences.length > 0) throw new Error(`Rollups differ: ${JSON.stringify(differences[0])}.`);
    return payments;
  } finally {
    await db.close();
  }
}

function report(figures: readonly Figure[], verified: number): string {
  const clients = [...new Set(figures.map((figure) => figure.clients))];
  const names = [...new Set(figures.map((figure) => figure.subject))];
  const cells = (subject: string) =>
    clients.flatMap((count) => {
      const figure = figures.find((f) => f.clients === count && f.subject === subject);
      if (figure === undefined) return ['', ''];
      return [Math.round(figure.perSecond).toLocaleString('en'), `${figure.ratio.toFixed(2)}×`];
    });
  const heading = clients.flatMap((count) => [plural(count, 'client'), 'ratio']);
  const table = formatTable([
    ['payments written per second', ...heading],
    ...names.map((name) => [name, ...cells(name)]),
  ]);
  return `${table}

Medians. The ratio compares with "${baselineName}" and the same number of clients. Paydeck also writes
rollups, an event and an idempotency key for each payment. Afterwards the rollups of all ${verified.toLocaleString('en')} payments
were recomputed, and none differs.`;
}
