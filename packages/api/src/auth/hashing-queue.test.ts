import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { reasonOf } from '../../testing/test-api.ts';
import { createHashingQueue, type HashingQueue, type Line } from './hashing-queue.ts';

/** Fills the only slot, then adds calls and records the order in which they start. */
function startRecording(queue: HashingQueue) {
  const started: string[] = [];
  const slot = Promise.withResolvers<void>();
  const first = queue.run({ isKnown: false, name: 'first' }, () => slot.promise);
  const added: Promise<string | undefined>[] = [first.then(() => undefined)];
  return {
    started,
    add: (label: string, line: Line) => {
      const run = queue.run(line, async () => {
        started.push(label);
        await setImmediate();
      });
      const reason = reasonOf(run);
      added.push(reason);
      return reason;
    },
    finish: async () => {
      slot.resolve();
      await Promise.all(added);
      return started;
    },
  };
}

const stranger = (name: string): Line => ({ isKnown: false, name });
const known = (name: string): Line => ({ isKnown: true, name });

test('lines take turns, and the calls of one line start in the order in which they came', async () => {
  const calls = startRecording(createHashingQueue({ concurrency: 1, maxWaiting: 10 }));
  for (const n of [1, 2, 3, 4]) void calls.add(`a${n}`, stranger('a'));
  for (const n of [1, 2]) void calls.add(`b${n}`, stranger('b'));
  void calls.add('c1', stranger('c'));
  expect(await calls.finish()).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3', 'a4']);
});

test('known callers go first, and a stranger starts after three of them', async () => {
  const calls = startRecording(createHashingQueue({ concurrency: 1, maxWaiting: 10 }));
  for (const n of [1, 2]) void calls.add(`stranger ${n}`, stranger('a'));
  for (const n of [1, 2, 3, 4, 5]) void calls.add(`known ${n}`, known('jane'));
  expect(await calls.finish()).toEqual([
    'known 1',
    'known 2',
    'known 3',
    'stranger 1',
    'known 4',
    'known 5',
    'stranger 2',
  ]);
});

test('when strangers take all their places, the longest line gives one up, and known callers keep theirs', async () => {
  const calls = startRecording(createHashingQueue({ concurrency: 1, maxWaiting: 4 }));
  const flood = [1, 2, 3, 4, 5].map((n) => calls.add(`flood ${n}`, stranger('flood')));
  expect(await flood[4]).toBe('too_many_requests');

  const quiet = calls.add('quiet', stranger('quiet'));
  expect(await flood[3]).toBe('too_many_requests');
  const admin = calls.add('admin', known('admin'));
  expect(await calls.finish()).toEqual(['admin', 'flood 1', 'quiet', 'flood 2', 'flood 3']);
  expect(await Promise.all([quiet, admin])).toEqual([undefined, undefined]);
});

test('a call that fails leaves its slot to the next one', async () => {
  const queue = createHashingQueue({ concurrency: 1, maxWaiting: 1 });
  const failing = queue.run(stranger('a'), () => Promise.reject(new Error('broken')));
  const next = queue.run(stranger('a'), async () => 'done');
  await expect(failing).rejects.toThrow('broken');
  expect(await next).toBe('done');
});
