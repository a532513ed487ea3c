import { createHash } from 'node:crypto';
import { maxPaymentsPerCall, type PaymentMethod } from '@paydeck/contract/payments';
import { drawAmountMinor } from './amounts.ts';
import { generateArrivals } from './arrivals.ts';
import type { DemoPayment } from './demo-payment.ts';
import { occasions } from './occasions.ts';
import { drawWeighted, type NonEmpty, type Random, seededRandom } from './random.ts';
import { createReceivers } from './receivers.ts';
import { dayMs, hourMs } from './rhythm.ts';
import { drawFailure, drawStatus } from './status.ts';

/** Everything that a history depends on: the same plan always gives the same payments. */
export type HistoryPlan = {
  seed: number;
  count: number;
  days: number;
  /** The end of the history, exclusive. */
  until: Date;
  /** The first is the most frequent. */
  currencies: NonEmpty<string>;
};

/** The fields of a payment without its time and its outcome. */
export type PaymentDraft = Pick<
  DemoPayment,
  'amountMinor' | 'currency' | 'method' | 'receiver' | 'description'
>;

/** Returns a function that draws realistic payments. The popular receivers are drawn once, here. */
export function createDrafts(random: Random, currencies: NonEmpty<string>) {
  const receivers = createReceivers(random);
  const [first, ...others] = currencies;
  const weighted: NonEmpty<{ currency: string; weight: number }> = [
    { currency: first, weight: 1 },
    ...others.map((currency, index) => ({ currency, weight: 1 / (index + 2) })),
  ];
  return (method: PaymentMethod, at: Date): PaymentDraft => {
    const occasion = drawWeighted(random, occasions[method]);
    const { currency } = drawWeighted(random, weighted);
    const amountMinor = drawAmountMinor(random, occasion, currency);
    const isPerson = random() < (occasion.personShare ?? 0);
    const receiver = receivers.draw(random, isPerson ? 'person' : occasion.receiver);
    const description = occasion.describe(random, at);
    return { amountMinor, currency, method, receiver, ...(description !== undefined && { description }) };
  };
}

/** The payments of a plan in chronological order, generated one by one, so that a history of millions needs no memory. */
export function* generateHistory({
  seed,
  count,
  days,
  until,
  currencies,
}: HistoryPlan): Generator<DemoPayment, void> {
  const random = seededRandom(seed);
  const draft = createDrafts(random, currencies);
  const isoText = isoFormatter();
  const end = until.getTime();
  const period = { seed, count, from: end - days * dayMs, until: end };
  for (const { at, method, isIncident } of generateArrivals(random, period)) {
    const status = drawStatus(random, { method, ageMs: end - at, isIncident });
    const drafted = { ...draft(method, new Date(at)), status, createdAt: isoText(at) };
    yield status === 'failed' ? { ...drafted, ...drawFailure(random, method, isIncident) } : drafted;
  }
}

/** A fast `Date.toISOString` for times in chronological order: it formats each hour once. */
function isoFormatter(): (at: number) => string {
  let hour = Number.NaN;
  let prefix = '';
  return (at) => {
    const intoHour = at % hourMs;
    if (at - intoHour !== hour) {
      hour = at - intoHour;
      prefix = new Date(at).toISOString().slice(0, 'YYYY-MM-DDTHH:'.length);
    }
    const minute = Math.floor(intoHour / 60_000);
    const second = Math.floor(intoHour / 1000) % 60;
    const ms = intoHour % 1000;
    return `${prefix}${minute < 10 ? '0' : ''}${minute}:${second < 10 ? '0' : ''}${second}.${ms < 100 ? '0' : ''}${ms < 10 ? '0' : ''}${ms}Z`;
  };
}

/** The payments of one call of `payments.createMany`. */
export type Chunk = { payments: DemoPayment[]; idempotencyKey: string };

/**
 * The history in chunks, as large as one call may be. The idempotency key of a chunk is a digest of its payments: the
 * same payments are never recorded twice, and a changed generator never sends an old key with other payments.
 */
export function* generateChunks(plan: HistoryPlan): Generator<Chunk, void> {
  let payments: DemoPayment[] = [];
  for (const payment of generateHistory(plan)) {
    payments.push(payment);
    if (payments.length === maxPaymentsPerCall) {
      yield toChunk(payments);
      payments = [];
    }
  }
  if (payments.length > 0) yield toChunk(payments);
}

function toChunk(payments: DemoPayment[]): Chunk {
  const digest = createHash('sha256').update(JSON.stringify(payments)).digest('hex');
  return { payments, idempotencyKey: `demo:${digest}` };
}
