import { setImmediate as nextTurn } from 'node:timers/promises';
import { OverloadedError } from '@paydeck/db/connection';
import { expect, test } from 'vitest';
import { createNaturalBatches } from './natural-batches.ts';

type Request = { name: string; keys: string[]; rows?: number; owner?: string };

/** Batches whose writes end when the test says so. The outcome of a request is its name. */
function startBatches({ maxWaitMs }: { maxWaitMs?: number } = {}) {
  const written: string[][] = [];
  const gate = Promise.withResolvers<void>();
  const batches = createNaturalBatches({
    write: async (requests: readonly Request[]) => {
      const names = requests.map(({ name }) => name);
      written.push(names);
      await gate.promise;
      return names;
    },
    ownerOf: ({ owner }) => owner ?? 'one',
    rowsOf: ({ rows }) => rows ?? 1,
    exclusiveKeysOf: ({ keys }) => keys,
    ...(maxWaitMs !== undefined && { maxWaitMs }),
  });
  return { submit: batches.submit, written, finish: gate.resolve };
}

test('a request that shares a key with one of the batch waits for the next batch, and so do those after it', async () => {
  const { submit, written, finish } = startBatches();
  finish();
  const requests = [
    { name: 'a', keys: ['1'] },
    { name: 'b', keys: ['2', 'x'] },
    { name: 'c', keys: ['3', 'x'] },
    { name: 'd', keys: ['4'] },
    { name: 'e', keys: ['3'] },
  ];
  expect(await Promise.all(requests.map(submit))).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(written).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
});

test('a request is refused when too many rows wait; those that wait are written', async () => {
  const { submit, written, finish } = startBatches();
  const first = submit({ name: 'first', keys: [], rows: 1 });
  const large = submit({ name: 'large', keys: [], rows: 49_999 });
  await expect(submit({ name: 'one too many', keys: [], rows: 1 })).rejects.toMatchObject({
    reason: 'too_many_requests',
  });
  finish();
  expect(await Promise.all([first, large])).toEqual(['first', 'large']);
  expect(written.flat()).toEqual(['first', 'large']);
});

test('owners take turns: a burst of one delays another one by a batch at the most', async () => {
  const { submit, written, finish } = startBatches();
  const first = submit({ name: 'first', keys: [] });
  await nextTurn();
  const burst = Array.from({ length: 200 }, (_, n) => submit({ name: `burst ${n}`, keys: [], rows: 10 }));
  const other = submit({ name: 'other', keys: [], owner: 'another one' });
  finish();
  await Promise.all([first, ...burst, other]);
  expect(written[1]?.slice(0, 3)).toContain('other');
  expect(written.flat().filter((name) => name.startsWith('burst'))).toEqual(
    burst.map((_, n) => `burst ${n}`),
  );
});

test('a request is refused at once while the first one of its owner has waited too long', async () => {
  const { submit, finish } = startBatches({ maxWaitMs: 0 });
  const sent = submit({ name: 'sent', keys: [] });
  await nextTurn();
  const waiting = submit({ name: 'waiting', keys: [] });
  await expect(submit({ name: 'late', keys: [] })).rejects.toBeInstanceOf(OverloadedError);
  const other = submit({ name: 'other', keys: [], owner: 'another one' });
  finish();
  expect(await Promise.all([sent, waiting, other])).toEqual(['sent', 'waiting', 'other']);
  expect(await submit({ name: 'later', keys: [] })).toBe('later');
});
