import { expect, test } from 'vitest';
import { createFairQueue, type FairQueue, type Owner } from './fair-queue.ts';

/** Takes an item, which costs `cost`. */
function takeAndPay(queue: FairQueue<[Owner, number]>, cost: (owner: Owner) => number): string {
  const item = queue.take();
  if (item === undefined) return 'none';
  queue.charge(item[0], cost(item[0]));
  return `${item[0]} ${item[1]}`;
}

const fill = (queue: FairQueue<[Owner, number]>, owner: Owner, count: number) => {
  for (let n = 1; n <= count; n++) queue.add(owner, [owner, n]);
};

test('owners take turns, however many items each has, and the server goes first', () => {
  const queue = createFairQueue<[Owner, number]>();
  fill(queue, 'a', 4);
  fill(queue, 'b', 2);
  fill(queue, null, 2);
  fill(queue, 'c', 1);
  const taken = Array.from({ length: 10 }, () => takeAndPay(queue, () => 1));
  expect(taken).toEqual(['null 1', 'null 2', 'a 1', 'b 1', 'c 1', 'a 2', 'b 2', 'a 3', 'a 4', 'none']);
});

test('an owner whose items cost more gets fewer turns', () => {
  const queue = createFairQueue<[Owner, number]>();
  fill(queue, 'slow', 10);
  fill(queue, 'quick', 10);
  const taken = Array.from({ length: 8 }, () => takeAndPay(queue, (owner) => (owner === 'slow' ? 3 : 1)));
  expect(taken.filter((item) => item.startsWith('slow'))).toHaveLength(2);
});

test('an owner who comes later is next, and neither saves up turns nor pays for earlier ones', () => {
  const queue = createFairQueue<[Owner, number]>();
  fill(queue, 'a', 100);
  for (let n = 0; n < 50; n++) takeAndPay(queue, () => 1);
  fill(queue, 'late', 5);
  const taken = Array.from({ length: 6 }, () => takeAndPay(queue, () => 1));
  expect(taken.filter((item) => item.startsWith('late'))).toHaveLength(3);

  // Alone, 'late' has no one to share with. It doesn't have to make up for that afterwards.
  while (queue.take() !== undefined);
  queue.charge('late', 1_000);
  fill(queue, 'late', 1);
  takeAndPay(queue, () => 1);
  fill(queue, 'late', 2);
  fill(queue, 'a', 2);
  const later = Array.from({ length: 4 }, () => takeAndPay(queue, () => 1));
  expect(later.slice(0, 2).toSorted()).toEqual(['a 1', 'late 1']);
});

test('`ahead` is the number of items that are taken before', () => {
  const queue = createFairQueue<[Owner, number]>();
  fill(queue, 'a', 50);
  fill(queue, 'b', 3);
  for (const owner of ['a', 'b', 'new']) {
    const ahead = queue.ahead(owner, 1);
    queue.add(owner, [owner, 0]);
    const copy = createFairQueue<[Owner, number]>();
    for (const [other, n] of queue) copy.add(other, [other, n]);
    const order: string[] = [];
    while (copy.size > 0) order.push(takeAndPay(copy, () => 1));
    expect(Math.abs(order.indexOf(`${owner} 0`) - ahead)).toBeLessThanOrEqual(2);
    const last = [...queue].find(([other, n]) => other === owner && n === 0);
    if (last !== undefined) queue.remove(owner, last);
  }
});

test('an owner who must not start is passed over, and a removed item is never taken', () => {
  const queue = createFairQueue<string>();
  queue.add('a', 'first');
  queue.add('b', 'second');
  queue.add('b', 'third');
  expect(queue.take((owner) => owner !== 'a')).toBe('second');
  expect([queue.remove('b', 'third'), queue.remove('b', 'third')]).toEqual([true, false]);
  expect([queue.size, queue.countOf('a'), queue.countOf('b')]).toEqual([1, 1, 0]);
  expect(queue.take((owner) => owner !== 'a')).toBeUndefined();
  expect(queue.take()).toBe('first');
});
