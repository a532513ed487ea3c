import postgres from 'postgres';
import { refusals } from '../../http-load/tally.ts';
import { list } from '../calls.ts';
import { moveLog } from '../move-log.ts';
import { atMost, noCosts, numberText, type Sample, type SideFigure, sideFigure } from '../row.ts';
import type { RunningServer } from '../servers/running-server.ts';
import { startPaydeck } from '../servers/start-servers.ts';
import type { Row, Stage } from '../stage.ts';

/** Each filter has one field. Some match most payments, some few, and some none. */
const single: Readonly<Record<string, object>> = {
  'status success': { status: ['success'] },
  'status failed': { status: ['failed'] },
  'method credit_card': { method: ['credit_card'] },
  'method digital_wallet': { method: ['digital_wallet'] },
  'currency EUR': { currency: 'EUR' },
  'currency JPY, absent': { currency: 'JPY' },
  'from an odd minute': { from: daysAgo(100.123) },
  'to an odd minute': { to: daysAgo(200.456) },
  'amount from 1,000.00': { minAmountMinor: 100_000 },
  'amount from 900,000.00, absent': { minAmountMinor: 90_000_000 },
  'amount to 7.00': { maxAmountMinor: 700 },
  'search a': { search: 'a' },
  'search q': { search: 'q' },
  'search zz, absent': { search: 'zz' },
  'search ac': { search: 'ac' },
  'search acm': { search: 'acm' },
  'search smith': { search: 'smith' },
  'search wei nguyen': { search: 'wei nguyen' },
  'search xyzzyx, absent': { search: 'xyzzyx' },
};

/** Any two of these are combined. */
const combined = [
  'status failed',
  'method digital_wallet',
  'currency EUR',
  'from an odd minute',
  'amount from 1,000.00',
  'amount from 900,000.00, absent',
  'search zz, absent',
  'search ac',
  'search smith',
] as const;

export const filtersRow: Row = {
  title: 'first page of any filter at ten million',
  belongsTo: 'full',
  measure: async (stage) => {
    await using running = new AsyncDisposableStack();
    const url = await stage.databases.forReading('paydeck', stage.sizes.large);
    const paydeck = running.use(await startPaydeck(url));
    const client = postgres(url, { max: 1 });
    running.defer(() => client.end());
    const timeFilter = (name: string, filter: object) =>
      timeFirstPage(stage, paydeck, client, { name, filter });
    await timeFilter('warm-up', {});
    const singles: SideFigure[] = [];
    for (const [name, filter] of Object.entries(single)) {
      singles.push(await timeFilter(name, filter));
    }
    const pairs: SideFigure[] = [];
    for (const [i, first] of combined.entries()) {
      for (const second of combined.slice(i + 1)) {
        const filter = { ...single[first], ...single[second] };
        // Two searches or two amounts are one field, not two.
        if (Object.keys(filter).length < 2) continue;
        pairs.push(await timeFilter(`${first} + ${second}`, filter));
      }
    }
    const [worstSingle, worstPair] = [slowest(singles), slowest(pairs)];
    return {
      row: 'filters',
      work: `page 1 of 20 with its total, ${numberText(stage.sizes.large)} payments, one client, slowest first`,
      sides: [...singles, ...pairs].toSorted((a, b) => timeOf(b) - timeOf(a)),
      goals: [
        atMost(20, 'ms', `for the slowest field: ${worstSingle.side}`, timeOf(worstSingle)),
        atMost(100, 'ms', `for the slowest two: ${worstPair.side}`, timeOf(worstPair)),
      ],
    };
  },
};

/** The median time of a few calls, none of which shares an answer. It is infinite when a call was refused. */
async function timeFirstPage(
  { instruments: { load }, rhythm: { rounds }, context: { signal, progress } }: Stage,
  server: RunningServer,
  client: postgres.Sql,
  { name, filter }: { name: string; filter: object },
): Promise<SideFigure> {
  signal.throwIfAborted();
  const callOnce = () =>
    load.loop({ url: server.url, clients: 1, seconds: 0.001, calls: [list(server, filter)] });
  await callOnce();
  const samples: Sample[] = [];
  let lastRefusal: string | null = null;
  for (let n = 0; n < 2 * rounds; n += 1) {
    await moveLog(client);
    const answer = await callOnce();
    const ms = refusals(answer) > 0 ? Number.POSITIVE_INFINITY : answer.p50Ms;
    lastRefusal = answer.lastRefusal ?? lastRefusal;
    samples.push({ ...noCosts, perSecond: 1_000 / ms, p50Ms: ms });
  }
  const figure = sideFigure(name, samples);
  const refusal = lastRefusal === null ? '' : `, refused with ${lastRefusal}`;
  progress(`  ${name}: ${figure.median.p50Ms?.toFixed(1)} ms${refusal}`);
  return figure;
}

const timeOf = ({ median }: SideFigure) => median.p50Ms ?? 0;

function slowest(figures: readonly SideFigure[]): SideFigure {
  const [first, ...others] = figures;
  if (first === undefined) throw new Error('There must be a figure.');
  return others.reduce((worst, figure) => (timeOf(figure) > timeOf(worst) ? figure : worst), first);
}

function daysAgo(days: number): string {
  return new Date(Date.now() - days * 86_400_000).toISOString();
}
