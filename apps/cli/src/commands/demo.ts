import { randomUUID } from 'node:crypto';
import { isRetryable, withIdempotencyKey } from '@paydeck/client';
import { fillHistory } from '@paydeck/demo-data/fill-history';
import type { HistoryPlan } from '@paydeck/demo-data/generate-history';
import { type NonEmpty, seededRandom } from '@paydeck/demo-data/random';
import { hourMs } from '@paydeck/demo-data/rhythm';
import { runLive } from '@paydeck/demo-data/run-live';
import { type Command, Option } from 'commander';
import { exitCodes } from '../errors/exit-codes.ts';
import { listenForInterruption } from '../interruption.ts';
import { parseCurrencies, parseInteger, parseNumber, parsePastInstant } from '../options/option-values.ts';
import { formatCount, startProgress, startStatusLine } from '../output/progress.ts';
import { type RetryOptions, retryPassing } from '../retry-passing.ts';
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

/** How long a server may be away before a history is given up. */
const historyPatienceMs = 60_000;
/** Failures further apart than this are not of one outage; the client's own tries take seconds. */
const outageGapMs = 15_000;

const help = `
The same seed, count, days, currencies and end make the same payments, and the server takes the same payments only
once (it remembers them for a day at least): a command that was interrupted, or is repeated within the hour, completes
the history and doubles nothing. From the next full hour on it is new data, unless --until names the same end.
Hours and days are UTC. Nearly all payments are settled; 2 % of the last day's are pending.

Examples:
  $ paydeck demo                                  1,000 payments over the last year
  $ paydeck demo --count 1000000 --clients 8      a million
  $ paydeck demo --count 5000 --days 30 --currency EUR,USD,JPY
  $ paydeck demo --count 0 --live 10              only live: about 10 payments a second until Ctrl-C
  $ paydeck demo --until 2026-03-01               a history that ends there, whenever it is run`;

/** `paydeck demo`: believable payments, a history of them and then live. */
export function addDemoCommand(program: Command): void {
  addServerOptions(program.command('demo').description('fill the server with believable payments'))
    .option('--count <n>', 'payments in the history', parseInteger({ min: 0, max: 100_000_000 }), 1000)
    .option('--days <n>', 'days that the history is spread over', parseInteger({ min: 1, max: 3650 }), 365)
    .addOption(
      new Option(
        '--until <instant>',
        'end of the history, ISO 8601 (default: the start of this hour)',
      ).argParser(parsePastInstant),
    )
    .option(
      '--seed <n>',
      'other seeds make other payments',
      parseInteger({ min: 0, max: Number.MAX_SAFE_INTEGER }),
      1,
    )
    .addOption(
      new Option('--currency <codes>', 'ISO 4217 codes, the most frequent first')
        .default(parseCurrencies('USD'), 'USD')
        .argParser(parseCurrencies),
    )
    .option('--clients <n>', 'calls under way at once', parseInteger({ min: 1, max: 64 }), 2)
    .addOption(
      new Option('--live [per-second]', 'then create payments until Ctrl-C (3 a second, if not given)')
        .preset('3')
        .argParser(parseNumber({ min: 0.1, max: 100 })),
    )
    .addHelpText('after', help)
    .action(runDemo);
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
  const retrying: RetryOptions = {
    patienceMs: historyPatienceMs,
    signal,
    onWait: noteOutages(progress.note),
  };
  const continueWith = `To complete it, run the same command with --until ${until.toISOString()}.`;
  try {
    const tally = await fillHistory({
      plan,
      clients,
      signal,
      createMany: (payments, idempotencyKey) =>
        retryPassing(
          () => client.api.payments.createMany.mutate({ payments }, withIdempotencyKey(idempotencyKey)),
          retrying,
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
      `${done} payments until ${until.toISOString()} are in place, after ${seconds.toFixed(1)} s (${rate}/s).\n${tally}\n`,
    );
    if (!isComplete) {
      process.stdout.write(`${continueWith}\n`);
      process.exitCode = exitCodes.interrupted;
    }
  } catch (error) {
    progress.stop();
    progress.note(`The history is incomplete. ${continueWith}`);
    throw error;
  }
}

async function createLive(
  { seed, currency: currencies, perSecond }: DemoOptions & { perSecond: number },
  { client, signal }: Run,
): Promise<void> {
  const status = startStatusLine();
  // A server that restarts, or is updated, finds its customers still there.
  const retrying: RetryOptions = {
    patienceMs: Number.POSITIVE_INFINITY,
    signal,
    onWait: noteOutages(status.note),
  };
  const { payments } = client.api;
  status.note('Live: payments come in until Ctrl-C.');
  try {
    const { created, settled, pending } = await runLive({
      random: seededRandom(seed, Date.now()),
      currencies,
      perSecond,
      signal,
      create(payment) {
        const once = withIdempotencyKey(`demo:${randomUUID()}`);
        return retryPassing(() => payments.create.mutate(payment, once), retrying);
      },
      settle(id, settlement) {
        const once = withIdempotencyKey(`demo:${randomUUID()}`);
        return retryPassing(() => payments.update.mutate({ id, ...settlement }, once), retrying);
      },
      onChange: (counts) =>
        status.update(
          `${formatCount(counts.created)} created, ${formatCount(counts.settled)} settled, ${counts.pending} pending`,
        ),
    });
    status.stop();
    const left = pending === 0 ? '' : ` ${formatCount(pending)} are still pending.`;
    process.stdout.write(
      `Live ended: ${formatCount(created)} payments created, ${formatCount(settled)} settled later.${left}\n`,
    );
  } finally {
    status.stop();
  }
}

/** Says that the server is waited for: once in each outage, however often it is tried. */
function noteOutages(note: (text: string) => void): RetryOptions['onWait'] {
  let lastWaitEndsAt = Number.NEGATIVE_INFINITY;
  return (error, waitMs) => {
    const now = performance.now();
    if (now > lastWaitEndsAt + outageGapMs)
      note(`Waiting for the server: it is ${isRetryable(error) ? 'away' : 'busy'}.`);
    lastWaitEndsAt = now + waitMs;
  };
}
