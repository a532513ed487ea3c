import { QueryTooExpensiveError, TooManyQueriesError } from '../connection/database-error.ts';
import { indexFor, type MatchIndex } from '../filter/match-index.ts';
import { isByFailureCodeOnly } from '../filter/payment-filter.ts';
import { readPageAfterMatches } from './page-after-matches.ts';
import { readAllMatches } from './page-of-all-matches.ts';
import { readRecentMatches } from './page-of-recent-matches.ts';
import type { PageRead, ReadPage } from './page-strategy.ts';

/**
 * For filters by amount, text or failure code, whose payments the rollups can't count. Frequent matches fill the page from
 * a short walk along the newest payments. Rare ones are all found by an index. If neither answers, the page has the matches
 * that the walk found, and says where it stopped.
 *
 * A filter by failure code alone begins with its index, which has no other payments, so its total is exact.
 *
 * Each attempt is a complete answer from one snapshot.
 */
export const readPageOfMatches: ReadPage = async (db, args) => {
  // A page by number must be whole, as it has no place to continue from.
  const isNumbered = args.offset !== undefined && args.offset > 0;
  const readBy = (index: MatchIndex, instead: () => Promise<PageRead>) =>
    readAllMatches(db, args, index).catch((error: unknown) => {
      const isRefused = error instanceof QueryTooExpensiveError || error instanceof TooManyQueriesError;
      if (isNumbered || !isRefused) throw error;
      return instead();
    });
  if (isByFailureCodeOnly(args.filter)) return readBy('failureCode', () => readRecentMatches(db, args));

  const recent = await readRecentMatches(db, args);
  if (recent.searchedTo === null) return recent;
  const index = indexFor(recent.candidates, args.walkLimit);
  if (index !== null) return readBy(index, async () => recent);
  return isNumbered ? readPageAfterMatches(db, args) : recent;
};
