import { type Database, openDatabase } from '@paydeck/db/connection';
import type { PaymentFilter } from '@paydeck/db/filter';
import { selectPaymentPage } from '@paydeck/db/payment-pages';
import { defineBenchmark, type Report, type RunContext } from '../benchmark.ts';
import { count } from '../flags.ts';
import { median } from '../measure.ts';
import { seedPaydeck } from '../seed/seed-paydeck.ts';
import { formatTable } from '../table.ts';
import { startTemporaryPostgres } from '../temporary-postgres.ts';

const limit = 10;
const filters: Readonly<Record<string, PaymentFilter>> = {
  everything: {},
  'status failed': { status: ['failed'] },
  'currency EUR': { currency: 'EUR' },
  'method credit_card': { method: ['credit_card'] },
};
/** Where the measured pages begin, as a share of all payments that the filter matches. */
const depths = [0, 0.01, 0.1, 0.5, 0.99];

/** Median times of reading a page that begins after `offset` payments, with the total. */
type Figure = { filter: string; offset: number; paydeckMs: number; offsetMs: number };
type Options = { payments: number; rounds: number };

export const reads = defineBenchmark({
  summary: 'reads pages of a long list by number, compared with OFFSET',
  flags: { payments: count('1000000'), rounds: count('5') },
  run,
});

async function run({ payments, rounds }: Options, context: RunContext): Promise<Report> {
  const { signal, progress } = context;
  await using running = new AsyncDisposableStack();
  const postgres = running.use(await startTemporaryPostgres());
  const db = openDatabase({ url: await postgres.createDatabase('reads'), deadlineMs: 60_000 });
  running.defer(() => db.close());

  progress(`Writing ${payments.toLocaleString('en')} payments.`);
  await seedPaydeck(db.url, payments, context);

  const figures: Figure[] = [];
  for (const [name, filter] of Object.entries(filters)) {
    progress(`Reading pages of ${name}.`);
    const { total } = await selectPaymentPage(db, { filter, limit, offset: 0 });
    for (const depth of depths) {
      const offset = Math.floor(depth * total);
      figures.push({ filter: name, offset, ...(await measurePage(db, { filter, offset, rounds, signal })) });
    }
  }
  return { text: report(figures, payments), figures };
}

/** Reads the page both ways, taking turns. Throws when the two pages differ. */
async function measurePage(
  db: Database,
  {
    filter,
    offset,
    rounds,
    signal,
  }: { filter: PaymentFilter; offset: number; rounds: number; signal: AbortSignal },
): Promise<{ paydeckMs: number; offsetMs: number }> {
  const paydeck: number[] = [];
  const byOffset: number[] = [];
  const page = async (times: number[], deepFrom?: number) => {
    const startedAt = performance.now();
    const answer = await selectPaymentPage(db, { filter, limit, offset, deepFrom });
    times.push(performance.now() - startedAt);
    return JSON.stringify(answer);
  };
  for (let round = 0; round < rounds; round += 1) {
    signal.throwIfAborted();
    if ((await page(paydeck)) !== (await page(byOffset, Number.POSITIVE_INFINITY)))
      throw new Error(`The pages after ${offset} payments differ.`);
  }
  return { paydeckMs: median(paydeck), offsetMs: median(byOffset) };
}

function report(figures: readonly Figure[], payments: number): string {
  const table = formatTable([
    ['a page of 10, with the total', 'after payments', 'Paydeck ms', 'OFFSET ms', 'ratio'],
    ...figures.map(({ filter, offset, paydeckMs, offsetMs }) => [
      filter,
      offset.toLocaleString('en'),
      paydeckMs.toFixed(1),
      offsetMs.toFixed(1),
      `${(offsetMs / paydeckMs).toFixed(1)}×`,
    ]),
  ]);
  return `${table}

Medians, with ${payments.toLocaleString('en')} payments of one year. The ratio says how many times faster Paydeck is. Both returned the same pages.`;
}
