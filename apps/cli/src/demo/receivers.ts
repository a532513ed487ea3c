import { companies, people } from './receiver-names.ts';
import { drawItem, type NonEmpty, type Random } from './random.ts';

/** Those who are paid in one set of demo data: some companies much more often than others. */
export type Receivers = { draw(random: Random, isCompany: boolean): string };

/** Which companies are popular depends on the random numbers; the names are the same. */
export function createReceivers(random: Random): Receivers {
  const ranked = shuffle(random, companies);
  return {
    draw(drawNext, isCompany) {
      if (!isCompany) return drawPerson(drawNext);
      return ranked[Math.floor(ranked.length * drawNext() ** 1.8)] ?? ranked[0];
    },
  };
}

function drawPerson(random: Random): string {
  const { given, family, order } = drawItem(random, people);
  const [first, last] = [drawItem(random, given), drawItem(random, family)];
  if (order === 'family given') return `${last} ${first}`;
  return order === 'familygiven' ? `${last}${first}` : `${first} ${last}`;
}

function shuffle<T>(random: Random, [first, ...rest]: NonEmpty<T>): NonEmpty<T> {
  const ranks = new Map([first, ...rest].map((item) => [item, random()]));
  const byRank = (a: T, b: T) => (ranks.get(a) ?? 0) - (ranks.get(b) ?? 0);
  const [top = first, ...others] = [first, ...rest].sort(byRank);
  return [top, ...others];
}
