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

test('answers without points take memory too, so only some thousands are kept', async () => {
  const computed: string[] = [];
  const shared = createSharedAnswers(
    () => Promise.resolve(7),
    () => 0,
  );
  const ask = (key: string) =>
    shared.share(key, async () => {
      computed.push(key);
      return { asOf: 7 };
    });
  for (let n = 0; n < 5_000; n++) await ask(`page ${n}`);
  computed.length = 0;
  for (const n of [4_999, 2_000, 0]) await ask(`page ${n}`);
  expect(computed).toEqual(['page 0']);
});
