/** The item whose turn it is at the nth turn, when all take turns. */
export function roundRobin<T>(items: readonly T[], n: number): T {
  const item = items[n % items.length];
  if (item === undefined) throw new Error('There is nobody to take a turn.');
  return item;
}
