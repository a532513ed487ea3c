import type { PageArgs } from './page-strategy.ts';
import { type TotalInput, totalInput } from './page-total.ts';

/** The parameters of a page that is read in the order of the list, and of its total. The filter has others. */
export type OrderedPageInput = TotalInput & {
  /** One more than the page has, to see whether there is another page. */
  limit: number;
  offset: number;
  placeAt?: string;
  placeId?: string;
};

export function orderedPageInput(args: PageArgs): OrderedPageInput {
  const { limit, offset = 0, place } = args;
  return {
    ...totalInput(args),
    ...(place && { placeAt: place.createdAt.toISOString(), placeId: place.id }),
    limit: limit + 1,
    offset,
  };
}
