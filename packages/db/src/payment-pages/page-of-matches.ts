import { QueryTooExpensiveError, TooManyQueriesError } from '../connection/database-error.ts';
import { indexFor } from '../filter/match-index.ts';
import { readPageAfterMatches } from './page-after-matches.ts';
import { readAllMatches } from './page-of-all-matches.ts';
import { readRecentMatches } from './page-of-recent-matches.ts';
import type { ReadPage } from './page-strategy.ts';

/**
 * For filters by amount or text, whose payments the rollups can't count. Frequent matches fill the page from a short walk
 * along the newest payments. Rare ones are all found by an index. If neither answers, the page has the matches that the walk
 * found, and says where it stopped.
 *
 * Each attempt is a complete answer from one snapshot.
 */
export const readPageOfMatches: ReadPage = async (db, args) => {
  const recent = await readRecentMatches(db, args);
  if (recent.searchedTo === null) return recent;
  // A page by number must be whole, as it has no place to continue from.
  const isNumbered = args.offset !== undefined && args.offset > 0;
  const index = indexFor(recent.candidates, args.walkLimit);
  if (index !== null) {
    try {
      return await readAllMatches(db, args, index);
    } catch (error) {
      const isRefused = error instanceof QueryTooExpensiveError || error instanceof TooManyQueriesError;
      if (isNumbered || !isRefused) throw error;
      return recent;
    }
  }
  return isNumbered ? readPageAfterMatches(db, args) : recent;
};
