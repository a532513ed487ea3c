import { expect, test } from 'vitest';
import { createNaturalBatches } from './natural-batches.ts';

type Request = { name: string; keys: string[]; rows?: number };

/** Batches whose writes end when the test says so. The outcome of a request is its name. */
function startBatches() {
  const written: string[][] = [];
  const gate = Promise.withResolvers<void>();
  const batches = createNaturalBatches({
    write: async (requests: readonly Request[]) => {
      const names = requests.map(({ name }) => name);
      written.push(names);
      await gate.promise;
      return names;
    },
    rowsOf: ({ rows }) => rows ?? 1,
    exclusiveKeysOf: ({ keys }) => keys,
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
