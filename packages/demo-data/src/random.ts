/** Returns a number in [0, 1), like `Math.random`, but repeatable. */
export type Random = () => number;

/** A list with at least one item, so that a draw from it is never `undefined`. */
export type NonEmpty<T> = readonly [T, ...T[]];

/**
 * The generator sfc32 (Chris Doty-Humphrey, PractRand): the same seeds give the same sequence on every machine.
 * More seeds select an independent sequence, as in `seededRandom(seed, 2)`.
 */
export function seededRandom(...seeds: readonly number[]): Random {
  let [a, b, c, counter] = [0x9e3779b9, 0x243f6a88, 0xb7e15162, 1];
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return (sum >>> 0) / 0x1_0000_0000;
  };
  for (const seed of seeds) {
    a ^= seed | 0;
    b ^= Math.floor(seed / 0x1_0000_0000) | 0;
    // sfc32 needs some rounds until neighbouring seeds give unrelated numbers.
    for (let round = 0; round < 15; round += 1) next();
  }
  return next;
}

/** A draw from the standard normal distribution (Box–Muller). */
export function drawNormal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** An integer from `low` to `high`, both included. */
export function drawInteger(random: Random, low: number, high: number): number {
  return low + Math.floor(random() * (high - low + 1));
}

/** One item; all are equally likely. */
export function drawItem<T>(random: Random, items: NonEmpty<T>): T {
  return items[Math.floor(random() * items.length)] ?? items[0];
}

/** One item, with a probability proportional to its weight. */
export function drawWeighted<T extends { weight: number }>(random: Random, items: NonEmpty<T>): T {
  let total = 0;
  for (const item of items) total += item.weight;
  let rest = random() * total;
  for (const item of items) {
    rest -= item.weight;
    if (rest < 0) return item;
  }
  return items[0];
}

/** `count` uniform draws in ascending order, without storing or sorting them (Bentley & Saxe, 1980). */
export function* ascendingUniforms(random: Random, count: number): Generator<number, void> {
  let above = 1;
  for (let left = count; left > 0; left -= 1) {
    above *= (1 - random()) ** (1 / left);
    yield 1 - above;
  }
}
