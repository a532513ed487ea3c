import { createHash } from 'node:crypto';
import { drawAmountMinor } from './amounts.ts';
import { generateArrivals } from './arrivals.ts';
import type { DemoPayment, PaymentMethod } from './demo-payment.ts';
import { occasions } from './occasions.ts';
import { drawWeighted, type NonEmpty, type Random, seededRandom } from './random.ts';
import { createReceivers } from './receivers.ts';
import { dayMs } from './rhythm.ts';
import { drawFailure, drawStatus } from './status.ts';

/** Everything that a history depends on: the same plan is the same payments. */
export type HistoryPlan = {
  seed: number;
  count: number;
  days: number;
  /** The end of the history; no payment is made at it or after it. */
  until: Date;
  /** The first is the most frequent. */
  currencies: NonEmpty<string>;
};

/** The part of a payment that its time and its outcome don't decide. */
export type PaymentDraft = Pick<DemoPayment, 'amountMinor' | 'currency' | 'method' | 'receiver' | 'description'>;

/** Gives believable payments by method; which receivers are popular is decided by `random`, once. */
export function createDrafts(random: Random, currencies: NonEmpty<string>) {
  const receivers = createReceivers(random);
  const [first, ...rest] = currencies.map((currency, index) => ({ currency, weight: 1 / (index + 1) }));
  return (method: PaymentMethod, at: Date): PaymentDraft => {
    const occasion = drawWeighted(random, occasions[method]);
    const currency = first === undefined || rest.length === 0 ? currencies[0] : drawWeighted(random, [first, ...rest]).currency;
    const amountMinor = drawAmountMinor(random, occasion, currency);
    const receiver = receivers.draw(random, random() < occasion.companyShare);
    const description = occasion.describe(random, at);
    return { amountMinor, currency, method, receiver, ...(description !== undefined && { description }) };
  };
}

/** The payments of a plan in chronological order, made one by one: a history of millions needs no memory. */
export function* generateHistory({ seed, count, days, until, currencies }: HistoryPlan): Generator<DemoPayment, void> {
  const random = seededRandom(seed);
  const draft = createDrafts(random, currencies);
  const end = until.getTime();
  const period = { seed, count, from: end - days * dayMs, until: end };
  for (const { at, method, isIncident } of generateArrivals(random, period)) {
    const createdAt = new Date(at);
    const status = drawStatus(random, { method, ageMs: end - at, isIncident });
    yield {
      ...draft(method, createdAt),
      status,
      ...(status === 'failed' && drawFailure(random, method, isIncident)),
      createdAt: createdAt.toISOString(),
    };
  }
}

/** What one call of `payments.createMany` writes. */
export type Chunk = { payments: DemoPayment[]; idempotencyKey: string };

/** The most that one call takes. */
const chunkSize = 1000;

/**
 * The history in calls of 1,000 payments. A chunk's idempotency key is a digest of its payments: the same payments
 * are never written twice, and when the generator changes the key does too, so the server has nothing to refuse.
 */
export function* generateChunks(plan: HistoryPlan): Generator<Chunk, void> {
  const history = generateHistory(plan);
  for (let payments = [...history.take(chunkSize)]; payments.length > 0; ) {
    const digest = createHash('sha256').update(JSON.stringify(payments)).digest('hex');
    yield { payments, idempotencyKey: `demo:${digest}` };
    payments = [...history.take(chunkSize)];
  }
}
