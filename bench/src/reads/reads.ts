import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { type Database, openDatabase } from '@paydeck/db/connection';
import type { PaymentFilter } from '@paydeck/db/filter';
import { selectPaymentPage } from '@paydeck/db/payments';
import { insertUser } from '@paydeck/db/users';
import type { Benchmark, RunContext } from '../benchmark.ts';
import { median } from '../measure.ts';
import { positiveInteger } from '../option-values.ts';
import { formatTable } from '../table.ts';
import { startTemporaryPostgres } from '../temporary-postgres.ts';
import { fill } from './fill.ts';

const limit = 10;
const filters: Readonly<Record<string, PaymentFilter>> = {
  everything: {},
  'status failed': { status: ['failed'] },
  'currency EUR': { currency: 'EUR' },
  'method credit_card': { method: ['credit_card'] },
};
/** Where the measured pages begin, as parts of all that the filter matches. */
const depths = [0, 0.01, 0.1, 0.5, 0.99];

/** Medians in milliseconds of a page that begins after `offset` payments, with its total. */
type Figure = { filter: string; offset: number; paydeckMs: number; countedOffMs: number };
type Options = { payments: number; rounds: number };

export const reads: Benchmark = {
  summary: 'pages of a long list by number, beside OFFSET',
  flags: '[--payments 1000000] [--rounds 5]',
  prepare: (args) => {
    const options = readOptions(args);
    return { options, run: (context) => run({ ...options, ...context }) };
  },
};

function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      payments: { type: 'string', default: '1000000' },
      rounds: { type: 'string', default: '5' },
    },
  });
  return {
    payments: positiveInteger('payments', values.payments),
    rounds: positiveInteger('rounds', values.rounds),
  };
}

async function run(options: Options & RunContext): Promise<{ text: string; figures: Figure[] }> {
  await using running = new AsyncDisposableStack();
  const postgres = running.use(await startTemporaryPostgres());
  const db = openDatabase({ url: await postgres.createDatabase('reads'), deadlineMs: 60_000 });
  running.defer(() => db.close());

  options.progress(`Importing ${options.payments.toLocaleString('en')} payments.`);
  const userId = randomUUID();
  await insertUser(db, { id: userId, username: 'admin', passwordHash: 'none', role: 'admin', actorId: null });
  await fill(db, { ...options, userId });
  // As autovacuum leaves it soon.
  await db.orm.execute('vacuum (analyze)');

  const figures: Figure[] = [];
  for (const [name, filter] of Object.entries(filters)) {
    options.progress(`Reading ${name}.`);
    const { total } = await selectPaymentPage(db.orm, { filter, limit, offset: 0 });
    for (const depth of depths) {
      const offset = Math.floor(depth * total);
      figures.push({ filter: name, offset, ...(await measurePage(db, { filter, offset, ...options })) });
    }
  }
  return { text: report(figures, options), figures };
}

/** Both ways in turns; throws where they don't give the same page. */
async function measurePage(
  db: Database,
  { filter, offset, rounds, signal }: { filter: PaymentFilter; offset: number } & Options & RunContext,
): Promise<{ paydeckMs: number; countedOffMs: number }> {
  const paydeck: number[] = [];
  const countedOff: number[] = [];
  const page = async (times: number[], deepFrom?: number) => {
    const startedAt = performance.now();
    const answer = await selectPaymentPage(db.orm, { filter, limit, offset, deepFrom });
    times.push(performance.now() - startedAt);
    return JSON.stringify(answer);
  };
  for (let round = 0; round < rounds; round += 1) {
    signal.throwIfAborted();
    if ((await page(paydeck)) !== (await page(countedOff, Number.POSITIVE_INFINITY)))
      throw new Error(`The pages after ${offset} payments differ.`);
  }
  return { paydeckMs: median(paydeck), countedOffMs: median(countedOff) };
}

function report(figures: readonly Figure[], { payments }: Options): string {
  const table = formatTable([
    ['a page of 10, and the total', 'after', 'Paydeck ms', 'OFFSET ms', 'ratio'],
    ...figures.map(({ filter, offset, paydeckMs, countedOffMs }) => [
      filter,
      offset.toLocaleString('en'),
      paydeckMs.toFixed(1),
      countedOffMs.toFixed(1),
      `${(countedOffMs / paydeckMs).toFixed(1)}×`,
    ]),
  ]);
  return `${table}

Medians with ${payments.toLocaleString('en')} payments of one year. The ratio is how many times faster. Both gave the same pages.`;
}
