import { randomUUID } from 'node:crypto';
import { isRetryable, withIdempotencyKey } from '@paydeck/client';
import { fillHistory } from '@paydeck/demo-data/fill-history';
import type { HistoryPlan } from '@paydeck/demo-data/generate-history';
import { type NonEmpty, seededRandom } from '@paydeck/demo-data/random';
import { hourMs } from '@paydeck/demo-data/rhythm';
import { runLive } from '@paydeck/demo-data/run-live';
import { type Command, Option } from 'commander';
import { exitCodes } from '../errors/exit-codes.ts';
import { listenForInterruption } from '../errors/interruption.ts';
import { type OutageOptions, retryThroughOutage } from '../errors/retry-through-outage.ts';
import { parseCurrencies, parseInteger, parseNumber, parsePastInstant } from '../options/option-values.ts';
import { formatCount, startProgress, startStatusLine } from '../output/progress.ts';
import { addServerOptions, type ServerOptions, signIn } from '../session/sign-in.ts';

type DemoOptions = ServerOptions & {
  count: number;
  days: number;
  seed: number;
  until?: Date;
  currency: NonEmpty<string>;
  clients: number;
  live?: number;
};

type Client = Awaited<ReturnType<typeof signIn>>;
type Run = { client: Client; signal: AbortSignal };

/** How long the server may be away while a history is written. */
const historyPatienceMs = 60_000;
/** Failures further apart than this belong to different outages. The client's own retries take seconds. */
const outageGapMs = 15_000;

const help = `
The same seed, count, days, currencies and end always make the same payments, and the server stores them only once (it
remembers them for at least a day). So if you repeat a command within the hour, or after an interruption, it completes
the history without duplicates. Without --until, the next full hour makes different payments.
Hours and days are in UTC. Nearly all payments are settled; 2 % of the last day's are pending.

Examples:
  $ paydeck demo                                  1,000 payments over the last year
  $ paydeck demo --count 1000000 --clients 8      a million payments
  $ paydeck demo --count 5000 --days 30 --currency EUR,USD,JPY
  $ paydeck demo --count 0 --live 10              no history; about 10 payments a second until Ctrl-C
  $ paydeck demo --until 2026-03-01               the same history whenever you run it`;

/** `paydeck demo`: writes a history of realistic payments, then creates payments live. */
export function addDemoCommand(program: Command): void {
  const demo = program
    .command('demo')
    .description('fill the server with realistic payments')
    .option(
      '--count <n>',
      'number of payments in the history',
      parseInteger({ min: 0, max: 100_000_000 }),
      1000,
    )
    .option('--days <n>', 'length of the history in days', parseInteger({ min: 1, max: 3650 }), 365)
    .addOption(
      new Option(
        '--until <instant>',
        'end of the history, ISO 8601 (default: the start of the current hour)',
      ).argParser(parsePastInstant),
    )
    .option(
      '--seed <n>',
      'each seed makes different payments',
      parseInteger({ min: 0, max: Number.MAX_SAFE_INTEGER }),
      1,
    )
    .addOption(
      new Option('--currency <codes>', 'ISO 4217 codes, the most frequent first')
        .default(parseCurrencies('USD'), 'USD')
        .argParser(parseCurrencies),
    )
    .option('--clients <n>', 'number of calls that run at once', parseInteger({ min: 1, max: 64 }), 2)
    .addOption(
      new Option('--live [per-second]', 'then create this many payments a second until Ctrl-C')
        .preset('3')
        .argParser(parseNumber({ min: 0.1, max: 100 })),
    );
  addServerOptions(demo).addHelpText('after', help).action(runDemo);
}

async function runDemo(options: DemoOptions): Promise<void> {
  using interruption = listenForInterruption();
  const { signal } = interruption;
  const client = await signIn(options);
  try {
    if (options.count > 0) await createHistory(options, { client, signal });
    if (options.live !== undefined && !signal.aborted) {
      await createLive({ ...options, perSecond: options.live }, { client, signal });
    }
  } finally {
    await client.signOut();
    await client.close();
  }
}

async function createHistory(options: DemoOptions, { client, signal }: Run): Promise<void> {
  const { seed, count, days, currency: currencies, clients } = options;
  const until = options.until ?? new Date(Math.floor(Date.now() / hourMs) * hourMs);
  const plan: HistoryPlan = { seed, count, days, until, currencies };
  const startedAt = performance.now();
  const progress = startProgress(count, 'payments');
  const outages: OutageOptions = {
    patienceMs: historyPatienceMs,
    signal,
    onWait: noteOutages(progress.note),
  };
  const howToComplete = `To complete it, run the same command with --until ${until.toISOString()}.`;
  try {
    const tally = await fillHistory({
      plan,
      clients,
      signal,
      createMany: (payments, idempotencyKey) =>
        retryThroughOutage(
          () => client.api.payments.createMany.mutate({ payments }, withIdempotencyKey(idempotencyKey)),
          outages,
        ),
      onProgress: progress.update,
    });
    progress.stop();
    const seconds = (performance.now() - startedAt) / 1000;
    const rate = formatCount(Math.round(tally.count / seconds));
    const isComplete = tally.count === count;
    const done = isComplete
      ? formatCount(count)
      : `Interrupted: ${formatCount(tally.count)} of ${formatCount(count)}`;
    process.stdout.write(
      `${done} payments up to ${until.toISOString()} were recorded in ${seconds.toFixed(1)} s (${rate}/s).\n${tally}\n`,
    );
    if (!isComplete) {
      process.stdout.write(`${howToComplete}\n`);
      process.exitCode = exitCodes.interrupted;
    }
  } catch (error) {
    progress.stop();
    progress.note(`The history is incomplete. ${howToComplete}`);
    throw error;
  }
}

async function createLive(
  { seed, currency: currencies, perSecond }: DemoOptions & { perSecond: number },
  { client, signal }: Run,
): Promise<void> {
  const status = startStatusLine();
  // Without a limit, so that the demo survives a restart or an update of the server.
  const outages: OutageOptions = {
    patienceMs: Number.POSITIVE_INFINITY,
    signal,
    onWait: noteOutages(status.note),
  };
  const { payments } = client.api;
  status.note('Creating payments until Ctrl-C.');
  try {
    const { created, settled, pending } = await runLive({
      random: seededRandom(seed, Date.now()),
      currencies,
      perSecond,
      signal,
      create(payment) {
        const withKey = withIdempotencyKey(`demo:${randomUUID()}`);
        return retryThroughOutage(() => payments.create.mutate(payment, withKey), outages);
      },
      settle(id, settlement) {
        const withKey = withIdempotencyKey(`demo:${randomUUID()}`);
        return retryThroughOutage(() => payments.update.mutate({ id, ...settlement }, withKey), outages);
      },
      onChange: (counts) =>
        status.update(
          `${formatCount(counts.created)} created, ${formatCount(counts.settled)} settled, ${counts.pending} pending`,
        ),
    });
    status.stop();
    const rest = pending === 0 ? '' : ` ${formatCount(pending)} are still pending.`;
    process.stdout.write(
      `Created ${formatCount(created)} payments, and settled ${formatCount(settled)} of them later.${rest}\n`,
    );
  } finally {
    status.stop();
  }
}

/** Prints one note per outage, however many waits it takes. */
function noteOutages(note: (text: string) => void): OutageOptions['onWait'] {
  let lastWaitEndsAt = Number.NEGATIVE_INFINITY;
  return (error, waitMs) => {
    const now = performance.now();
    if (now > lastWaitEndsAt + outageGapMs)
      note(`The server is ${isRetryable(error) ? 'away' : 'busy'}. Waiting for it.`);
    lastWaitEndsAt = now + waitMs;
  };
}
