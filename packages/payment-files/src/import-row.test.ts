import { expectTypeOf, test } from 'vitest';
import type { fieldNames, ImportedPayment } from './import-row.ts';

test('a file can have every field of a payment', () => {
  expectTypeOf<(typeof fieldNames)[number]>().toEqualTypeOf<keyof ImportedPayment | 'amount'>();
});
