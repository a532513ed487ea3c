import { expect, test } from 'vitest';
import { createSharedAnswers } from './shared-answers.ts';

test('a caller does not get the failure of a computation that began before its call', async () => {
  const shared = createSharedAnswers(
    () => Promise.resolve(7),
    () => 0,
  );
  const lost = Promise.withResolvers<{ asOf: number }>();
  const first = shared.share('list', () => lost.promise);
  await Promise.resolve();
  const later = [1, 2].map((n) => shared.share('list', () => Promise.resolve({ asOf: 7, n })));
  lost.reject(new Error('The connection to the database was lost.'));
  await expect(first).rejects.toThrow('lost');
  expect(await Promise.all(later)).toEqual([
    { asOf: 7, n: 1 },
    { asOf: 7, n: 1 },
  ]);
});
