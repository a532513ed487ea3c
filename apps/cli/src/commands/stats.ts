import type { RouterOutputs } from '@paydeck/client';
import { type Command, Option } from 'commander';
import { addFilterOptions, type FilterOptions, readFilter } from '../options/filter-options.ts';
import { parseInteger } from '../options/option-values.ts';
import {
  formatMoney,
  formatShare,
  print,
  printFields,
  printJson,
  printTable,
  printTableOr,
} from '../output/output.ts';
import { formatCount } from '../output/progress.ts';
import { addConnectionOptions, type ConnectionOptions, withClient } from '../session/connect.ts';

const weekStarts = ['monday', 'saturday', 'sunday'] as const;

type Interval = RouterOutputs['stats']['revenue']['interval'];
type StatsOptions = ConnectionOptions &
  FilterOptions & {
    timeZone: string;
    by?: Interval;
    weekStartsOn?: (typeof weekStarts)[number];
    compare?: 'whole' | 'so-far';
  };
type FailuresOptions = StatsOptions & { limit?: number };

const right = (name: string) => ({ name, align: 'right' as const });
const defaults = `
Without --from and --to, the range is the last 30 days, 12 weeks or 12 months. The figures are in one currency: that of
--currency, or the default currency of the server.`;

/** `paydeck stats` and `paydeck failures`. */
export function addStatsCommands(program: Command): void {
  const statsCommand = program
    .command('stats')
    .description('show revenue, counts and success rate')
    .addOption(
      new Option('--by <interval>', 'show the revenue per interval instead').choices([
        'day',
        'week',
        'month',
      ]),
    );
  addStatsOptions(statsCommand)
    .addHelpText(
      'after',
      `${defaults}

Examples:
  $ paydeck stats
  $ paydeck stats --time-zone Europe/Berlin --from 2026-01-01 --to 2026-01-31 --currency EUR
  $ paydeck stats --by month --json`,
    )
    .action(stats);
  const failuresCommand = program
    .command('failures')
    .description('show failed payments by failure code and method')
    .addOption(
      new Option('--by <interval>', 'length of the periods in the output of --json').choices([
        'day',
        'week',
        'month',
      ]),
    )
    .option(
      '--limit <n>',
      'show only the groups with the most failed payments (default: all)',
      parseInteger({ min: 1, max: 1_000_000 }),
    );
  addStatsOptions(failuresCommand)
    .addHelpText(
      'after',
      `${defaults}

Examples:
  $ paydeck failures --from 7d --limit 10
  $ paydeck failures --method credit_card --from 2026-03-01 --json`,
    )
    .action(failures);
}

const addStatsOptions = (command: Command) =>
  addConnectionOptions(
    addFilterOptions(
      command
        .option('--time-zone <name>', 'IANA time zone in which days begin', 'UTC')
        .addOption(
          new Option(
            '--week-starts-on <day>',
            'first day of the weeks of --by week (default: monday)',
          ).choices(weekStarts),
        )
        .addOption(
          new Option(
            '--compare <how>',
            'compare with whole earlier periods, or only until the current time of day ' +
              '(default: so-far; with --json: whole)',
          ).choices(['so-far', 'whole']),
        ),
    ),
  );

async function inputFrom(client: Parameters<typeof readFilter>[0], options: StatsOptions) {
  const { from, to, ...filter } = await readFilter(client, options);
  const { timeZone, by: interval, weekStartsOn } = options;
  const compare = options.compare ?? (options.json ? 'whole' : 'so-far');
  return {
    timeZone,
    previous: compare === 'whole' ? ('whole' as const) : ('soFar' as const),
    filter,
    ...(from && { from }),
    ...(to && { to }),
    ...(interval && { interval, ...(weekStartsOn && { weekStartsOn }) }),
  };
}

const stats = (options: StatsOptions) =>
  withClient(options, async (client) => {
    const { interval, ...input } = await inputFrom(client, options);
    if (interval !== undefined)
      return revenue(await client.api.stats.revenue.query({ ...input, interval }), options);
    const shown = await client.api.stats.dashboard.query(input);
    if (options.json) return printJson(shown);
    const { currency, previous } = shown;
    const before = (value: string) => `(before: ${value})`;
    const both = (format: (figures: typeof previous) => string) =>
      `${format(shown)}  ${before(format(previous))}`;
    printFields({
      from: shown.from.toISOString(),
      to: shown.to.toISOString(),
      ...(shown.coveredFrom && { 'counted since': shown.coveredFrom.toISOString() }),
      revenue: both((f) => `${formatMoney(f.totalRevenueMinor, currency)} ${currency}`),
      'success rate': both((f) => `${formatShare(f.successRate)} %`),
      failed: both((f) => formatCount(f.failedTransactions)),
      'payments today': both((f) => formatCount(f.totalTransactionsToday)),
      'payments this week': both((f) => formatCount(f.totalTransactionsWeek)),
      ...(shown.comparedAt && { [comparisonOf(shown)]: clockIn(shown.timeZone, shown.comparedAt) }),
      'as of event': String(shown.asOf),
    });
    print('');
    printTable(
      ['method', right('payments'), right('%')],
      shown.methodDistribution.map(({ method, count, percentage }) => [
        method,
        count,
        formatShare(percentage),
      ]),
    );
  });

/** The label of the time until which periods are compared. For a range that has ended, only today and this week are. */
const comparisonOf = ({ to, comparedAt }: { to: Date; comparedAt?: Date | undefined }) =>
  comparedAt !== undefined && comparedAt < to ? 'compared until' : 'today and this week compared until';

/** `14:15`. Earlier days end at this time in the figures in brackets. */
const clockIn = (timeZone: string, instant: Date) =>
  new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' }).format(instant);

function revenue(shown: RouterOutputs['stats']['revenue'], { json }: ConnectionOptions): void {
  if (json) {
    printJson(shown);
    return;
  }
  const { currency, interval, points, totalRevenueMinor, previousRevenueMinor, asOf } = shown;
  printTable(
    [interval, right(`revenue ${currency}`), right('payments')],
    points.map(({ date, amountMinor, count }) => [date, formatMoney(amountMinor, currency), count]),
  );
  const [total, before] = [totalRevenueMinor, previousRevenueMinor].map((sum) => formatMoney(sum, currency));
  print(`total ${total} ${currency} (before: ${before}), as of event ${asOf}`);
  printCoverage(shown);
}

/** A filter by amount or text may match too many payments to read them all. */
function printCoverage({ coveredFrom }: { coveredFrom?: Date | undefined }): void {
  if (coveredFrom !== undefined) print(`Counted payments since ${coveredFrom.toISOString()} only.`);
}

const failures = (options: FailuresOptions) =>
  withClient(options, async (client) => {
    const input = await inputFrom(client, options);
    // The table shows no periods, so a long range is divided into only a few.
    const interval = input.interval ?? (input.from === undefined ? 'day' : 'month');
    const shown = await client.api.stats.failures.query({ ...input, interval });
    const items = shown.items.slice(0, options.limit);
    if (options.json) return printJson({ ...shown, items });
    const { currency } = shown;
    printTableOr(
      'No payments failed.',
      ['code', 'method', right('failed'), right('%'), right(`amount ${currency}`), right('before')],
      items.map(({ failureCode, method, count, share, amountMinor, previous }) => [
        failureCode,
        method,
        count,
        formatShare(share),
        formatMoney(amountMinor, currency),
        previous.count,
      ]),
    );
    const hidden = shown.items.length - items.length;
    if (hidden > 0) print(`and ${formatCount(hidden)} more groups`);
    print(
      `${formatCount(shown.count)} failed, ${formatShare(shown.failureRate)} % of the settled payments ` +
        `(before: ${formatCount(shown.previous.count)}, ${formatShare(shown.previous.failureRate)} %), as of event ${shown.asOf}`,
    );
    printCoverage(shown);
  });
