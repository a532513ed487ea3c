/** The item that has the nth turn, when all items take turns. */
export function roundRobin<T>(items: readonly T[], n: number): T {
  const item = items[n % items.length];
  if (item === undefined) throw new Error('The list must not be empty.');
  return item;
}
