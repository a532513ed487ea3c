import { noDryRun } from '@paydeck/payment-files/dry-run';
import { expect, test } from 'vitest';
import { describeDryRun } from './describe.ts';

const currency = { currency: 'USD', isChosen: false };

test('a dry run says that the import skips payments that exist', () => {
  const result = { ...noDryRun(), rows: 3, good: 2, bad: 1 };
  expect(describeDryRun(result, currency).slice(0, 2)).toEqual([
    '3 rows: 2 would be recorded, 0 left out, 1 invalid. Nothing was sent.',
    'The import skips those of them that exist already.',
  ]);
  expect(describeDryRun(noDryRun(), currency).join()).not.toContain('exist');
});

test('a dry run says how many payments were refunded later, and that only the payment would be recorded', () => {
  const result = { ...noDryRun(), rows: 3, good: 3, refunded: 2, sumsMinor: { USD: 450 } };
  expect(describeDryRun(result, currency)).toContain(
    'Payments that were refunded later: 2. Each would be recorded as it succeeded, with its whole amount; ' +
      'the refund itself is not recorded.',
  );
  expect(describeDryRun({ ...result, refunded: 0 }, currency).join()).not.toContain('refund');
});
