import { companies, type Sector } from './company-names.ts';
import { people } from './person-names.ts';
import { drawItem, type NonEmpty, type Random } from './random.ts';

/** The receivers of one set of demo data. */
export type Receivers = { draw(random: Random, kind: Sector | 'person'): string };

/** Draws once which companies are popular: some are paid much more often than others. */
export function createReceivers(random: Random): Receivers {
  const ranked = {
    food: shuffle(random, companies.food),
    retail: shuffle(random, companies.retail),
    software: shuffle(random, companies.software),
    transport: shuffle(random, companies.transport),
    business: shuffle(random, companies.business),
    property: shuffle(random, companies.property),
  };
  return {
    draw(next, kind) {
      if (kind === 'person') return drawPerson(next);
      const sector = ranked[kind];
      return sector[Math.floor(sector.length * next() ** 1.8)] ?? sector[0];
    },
  };
}

function drawPerson(random: Random): string {
  const { given, family, order } = drawItem(random, people);
  const [first, last] = [drawItem(random, given), drawItem(random, family)];
  if (order === 'family given') return `${last} ${first}`;
  return order === 'familygiven' ? `${last}${first}` : `${first} ${last}`;
}

function shuffle<T>(random: Random, items: NonEmpty<T>): NonEmpty<T> {
  const ranked = items.map((item) => ({ item, rank: random() })).sort((a, b) => a.rank - b.rank);
  const [first = items[0], ...rest] = ranked.map(({ item }) => item);
  return [first, ...rest];
}
