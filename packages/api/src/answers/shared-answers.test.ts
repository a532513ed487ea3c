import { CallerLeftError, openDatabase } from '@paydeck/db/connection';
import { expect, test } from 'vitest';
import { createSharedAnswers } from './shared-answers.ts';

/** Never connects: these computations need no query. */
const db = openDatabase({ url: 'postgres://localhost/unused' });

test('a caller does not get the failure of a computation that began before its call', async () => {
  const shared = createSharedAnswers(
    () => Promise.resolve(7),
    () => 0,
  );
  const lost = Promise.withResolvers<{ asOf: number }>();
  const first = shared.share('list', db, () => lost.promise);
  await Promise.resolve();
  const later = [1, 2].map((n) => shared.share('list', db, () => Promise.resolve({ asOf: 7, n })));
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
    shared.share(key, db, async () => {
      computed.push(key);
      return { asOf: 7 };
    });
  for (let n = 0; n < 5_000; n++) await ask(`page ${n}`);
  computed.length = 0;
  for (const n of [4_999, 2_000, 0]) await ask(`page ${n}`);
  expect(computed).toEqual(['page 0']);
});

test('a computation continues while somebody waits for it, and is canceled when all have left', async () => {
  const shared = createSharedAnswers(
    () => Promise.resolve(7),
    () => 0,
  );
  const callers = [1, 2, 3].map(() => new AbortController());
  const computing: AbortSignal[] = [];
  const answer = Promise.withResolvers<{ asOf: number }>();
  const ask = (caller: AbortController | undefined) =>
    shared.share('list', db.ownedBy({ id: 'user', signal: caller?.signal }), (owned) => {
      if (owned.owner?.signal !== undefined) computing.push(owned.owner.signal);
      return answer.promise;
    });
  const [first, second, third] = callers.map(ask);
  await Promise.resolve();

  callers[0]?.abort();
  await expect(first).rejects.toBeInstanceOf(CallerLeftError);
  expect(computing.map(({ aborted }) => aborted)).toEqual([false]);
  answer.resolve({ asOf: 7 });
  expect(await Promise.all([second, third])).toEqual([{ asOf: 7 }, { asOf: 7 }]);

  const lost = Promise.withResolvers<{ asOf: number }>();
  const later = new AbortController();
  const unwanted = shared.share(
    'other list',
    db.ownedBy({ id: 'user', signal: later.signal }),
    ({ owner }) => {
      owner?.signal?.addEventListener('abort', () => lost.reject(new CallerLeftError('canceled')));
      return lost.promise;
    },
  );
  await Promise.resolve();
  later.abort();
  await expect(unwanted).rejects.toBeInstanceOf(CallerLeftError);
  await expect(lost.promise).rejects.toThrow('canceled');
});
