import { expect, test } from 'vitest';
import { type RetryOptions, retry } from './retry.ts';

const transient = new Error('away');
const permanent = new Error('forbidden');

/** A call that fails with the given errors in turn, then succeeds. */
function failingCall(...errors: Error[]) {
  const call = {
    tries: 0,
    run: async () => {
      call.tries += 1;
      const error = errors.shift();
      if (error !== undefined) throw error;
      return 'done';
    },
  };
  return call;
}

const options: RetryOptions = {
  isTransient: (error) => error === transient,
  backoff: { firstMs: 1, maxMs: 4 },
  signal: new AbortController().signal,
};

test('a call is repeated until it succeeds, with doubled waits up to the longest', async () => {
  const call = failingCall(transient, transient, transient, transient);
  const waits: number[] = [];
  const result = await retry(call.run, { ...options, onWait: (_, waitMs) => waits.push(waitMs) });
  expect({ result, tries: call.tries }).toEqual({ result: 'done', tries: 5 });
  for (const [index, longest] of [1, 2, 4, 4].entries()) {
    expect(waits[index]).toBeGreaterThanOrEqual(longest / 2);
    expect(waits[index]).toBeLessThanOrEqual(longest);
  }
});

test('an error that is not transient rejects at once', async () => {
  const call = failingCall(transient, permanent);
  await expect(retry(call.run, options)).rejects.toBe(permanent);
  expect(call.tries).toBe(2);
});

test.each([
  ['maxTries', { maxTries: 3 }, 3],
  ['patienceMs', { patienceMs: 0 }, 1],
])('%s limits the tries', async (_name, limit, tries) => {
  const call = failingCall(transient, transient, transient, transient);
  await expect(retry(call.run, { ...options, ...limit })).rejects.toBe(transient);
  expect(call.tries).toBe(tries);
});

test('aborting ends the wait with the reason of the signal', async () => {
  const controller = new AbortController();
  const reason = new Error('closed');
  const call = failingCall(transient, transient);
  const retrying = retry(call.run, {
    ...options,
    backoff: { firstMs: 60_000, maxMs: 60_000 },
    signal: controller.signal,
    onWait: () => controller.abort(reason),
  });
  await expect(retrying).rejects.toBe(reason);
  expect(call.tries).toBe(1);
});
