import { createHash } from 'node:crypto';
import { maxAmountMinor } from '@paydeck/contract/amount-limits';
import { idempotencyKeyPattern } from '@paydeck/contract/idempotency-key';
import { failureCodePattern, maxPaymentsPerCall, textLimits } from '@paydeck/contract/payments';
import { describe, expect, test } from 'vitest';
import type { DemoPayment } from './demo-payment.ts';
import { generateChunks, generateHistory, type HistoryPlan } from './generate-history.ts';
import { dayMs, hourMs } from './rhythm.ts';

const until = new Date('2026-03-01T14:00:00.000Z');
const year: HistoryPlan = { seed: 1, count: 60_000, days: 365, until, currencies: ['USD'] };
const payments = [...generateHistory(year)];

const timeOf = ({ createdAt = '' }: DemoPayment) => Date.parse(createdAt);
const shareOf = (all: readonly DemoPayment[], isCounted: (payment: DemoPayment) => boolean) =>
  all.filter(isCounted).length / all.length;
const digestOf = (all: readonly DemoPayment[]) =>
  createHash('sha256').update(JSON.stringify(all)).digest('hex').slice(0, 16);

describe('determinism', () => {
  test('the same plan always gives the same payments', () => {
    expect(digestOf([...generateHistory(year)])).toBe(digestOf(payments));
    // When you change the generator on purpose, copy the new digest. Nothing else may change it.
    expect(digestOf(payments.slice(0, 1000))).toBe('85ad5ba121debca3');
  });

  test.each<[string, Partial<HistoryPlan>]>([
    ['seed', { seed: 2 }],
    ['seed beyond 32 bits', { seed: 2 ** 32 + 1 }],
    ['count', { count: 999 }],
    ['days', { days: 364 }],
    ['end', { until: new Date(until.getTime() + hourMs) }],
    ['currencies', { currencies: ['EUR'] }],
  ])('another %s gives other payments', (_, change) => {
    const short = { ...year, count: 1000, ...change };
    expect([...generateHistory(short)]).not.toEqual([...generateHistory({ ...year, count: 1000 })]);
  });
});

describe('limits of the server', () => {
  test('every field is within its limits', () => {
    const isWithin = ({ min, max }: { min: number; max: number }, text: string) =>
      [...text].length >= min && [...text].length <= max;
    const isValid = (payment: DemoPayment) => {
      const { receiver, description, failureCode, failureMessage } = payment;
      const texts = [receiver, description ?? '', failureMessage ?? ''];
      return (
        Number.isSafeInteger(payment.amountMinor) &&
        payment.amountMinor > 0 &&
        payment.amountMinor <= maxAmountMinor(payment.currency) &&
        isWithin(textLimits.receiver, receiver) &&
        isWithin(textLimits.description, description ?? '') &&
        isWithin(textLimits.failureMessage, failureMessage ?? '') &&
        texts.every((text) => text === text.trim() && text.isWellFormed()) &&
        (failureCode === undefined || failureCodePattern.test(failureCode)) &&
        (payment.status === 'failed') === (failureCode !== undefined && failureMessage !== undefined)
      );
    };
    expect(payments.filter((payment) => !isValid(payment))).toEqual([]);
  });

  test('the count is exact, and the payments are in chronological order and within the period', () => {
    expect(payments).toHaveLength(year.count);
    const times = payments.map(timeOf);
    const from = until.getTime() - year.days * dayMs;
    expect(times.filter((time) => !(time >= from && time < until.getTime()))).toEqual([]);
    expect(times.filter((time, index) => time < (times[index - 1] ?? from))).toEqual([]);
    expect(payments.filter((p) => new Date(timeOf(p)).toISOString() !== p.createdAt)).toEqual([]);
  });

  test.each([0, 1, 2, 999, 1000, 1001])('a history of %i payments has that many', (count) => {
    const chunks = [...generateChunks({ ...year, count, days: 1 })];
    expect(chunks.flatMap((chunk) => chunk.payments)).toHaveLength(count);
    expect(chunks.every((chunk) => chunk.payments.length <= maxPaymentsPerCall)).toBe(true);
  });
});

describe('idempotency keys', () => {
  const keysOf = (plan: HistoryPlan) => [...generateChunks(plan)].map((chunk) => chunk.idempotencyKey);

  test('each chunk has its own valid key, which is the same each time', () => {
    const keys = keysOf(year);
    expect(keys).toHaveLength(60);
    expect(new Set(keys).size).toBe(60);
    expect(keysOf(year)).toEqual(keys);
    expect(keys.every((key) => idempotencyKeyPattern.test(key))).toBe(true);
  });

  test('no two plans share one', () => {
    const short = { ...year, count: 3_000 };
    const keys = [short, { ...short, seed: 2 }, { ...short, days: 30 }].flatMap(keysOf);
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe('shares', () => {
  test('methods: 65, 28 and 7 %', () => {
    expect(shareOf(payments, (p) => p.method === 'credit_card')).toBeCloseTo(0.65, 1.7);
    expect(shareOf(payments, (p) => p.method === 'bank_transfer')).toBeCloseTo(0.28, 1.7);
    expect(shareOf(payments, (p) => p.method === 'digital_wallet')).toBeCloseTo(0.07, 1.7);
  });

  test('statuses of the last day: 92.5 % success, 5.5 % failed, 2 % pending', () => {
    const lastDay = [...generateHistory({ ...year, count: 20_000, days: 1 })];
    expect(Math.abs(shareOf(lastDay, (p) => p.status === 'success') - 0.925)).toBeLessThan(0.012);
    expect(Math.abs(shareOf(lastDay, (p) => p.status === 'failed') - 0.055)).toBeLessThan(0.008);
    expect(Math.abs(shareOf(lastDay, (p) => p.status === 'pending') - 0.02)).toBeLessThan(0.01);
  });

  test('of the payments older than a day, almost none are pending and 5 to 6.2 % failed', () => {
    const older = payments.filter((p) => timeOf(p) < until.getTime() - dayMs);
    expect(shareOf(older, (p) => p.status === 'pending')).toBeLessThan(0.0005);
    const failed = shareOf(older, (p) => p.status === 'failed');
    expect(failed).toBeGreaterThan(0.05);
    expect(failed).toBeLessThan(0.062);
  });

  test('the first of several currencies is the most frequent', () => {
    const mixed = [...generateHistory({ ...year, count: 20_000, currencies: ['EUR', 'USD', 'JPY'] })];
    const [eur = 0, usd = 0, jpy = 0] = ['EUR', 'USD', 'JPY'].map((code) =>
      shareOf(mixed, (p) => p.currency === code),
    );
    expect(eur).toBeGreaterThan(usd);
    expect(usd).toBeGreaterThan(jpy);
    expect(eur + usd + jpy).toBe(1);
  });

  test('bank transfers are large, card payments small', () => {
    const median = (method: DemoPayment['method']) => {
      const amounts = payments
        .filter((p) => p.method === method)
        .map((p) => p.amountMinor)
        .sort((a, b) => a - b);
      return amounts[Math.floor(amounts.length / 2)] ?? 0;
    };
    expect(median('credit_card')).toBeLessThan(60_00);
    expect(median('digital_wallet')).toBeLessThan(60_00);
    expect(median('bank_transfer')).toBeGreaterThan(1000_00);
  });

  test('there are many receivers in many scripts, some far more frequent than others', () => {
    const counts = new Map<string, number>();
    for (const { receiver } of payments) counts.set(receiver, (counts.get(receiver) ?? 0) + 1);
    expect(counts.size).toBeGreaterThan(700);
    for (const script of [
      /\p{Script=Han}/u,
      /\p{Script=Hangul}/u,
      /\p{Script=Cyrillic}/u,
      /\p{Script=Arabic}/u,
      /[éüñłø]/,
      /['’]/,
      /[",&]/,
    ]) {
      expect(
        [...counts.keys()].some((name) => script.test(name)),
        String(script),
      ).toBe(true);
    }
    const ranked = [...counts.values()].sort((a, b) => b - a);
    expect(ranked[0]).toBeGreaterThan(20 * (ranked[200] ?? Number.POSITIVE_INFINITY));
  });

  test('failure codes fit the method', () => {
    const codesOf = (method: DemoPayment['method']) =>
      new Set(payments.filter((p) => p.method === method).map((p) => p.failureCode));
    expect(codesOf('credit_card')).toContain('incorrect_cvc');
    expect(codesOf('credit_card')).not.toContain('account_closed');
    expect(codesOf('bank_transfer')).toContain('invalid_account_number');
    expect(codesOf('bank_transfer')).not.toContain('expired_card');
    expect(codesOf('digital_wallet')).toContain('wallet_limit_exceeded');
  });
});
