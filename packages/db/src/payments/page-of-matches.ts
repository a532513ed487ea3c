import { QueryTooExpensiveError } from '../connection/database-error.ts';
import { readPageAfterMatches } from './page-after-matches.ts';
import { type MatchIndex, readAllMatches } from './page-of-all-matches.ts';
import { type Candidates, readRecentMatches } from './page-of-recent-matches.ts';
import type { ReadPage } from './page-strategy.ts';

/** If an index would find at most this share of the newest payments, it is taken to find all of them within the budget. */
const rareShare = 0.005;

/**
 * For filters by amount or text, whose payments the rollups can't count. Frequent matches fill the page from a short walk
 * along the newest payments. Rare ones are all found by an index. If neither answers, the page has the matches that the walk
 * found, and says where it stopped.
 *
 * Each attempt is a complete answer from a snapshot of its own.
 */
export const readPageOfMatches: ReadPage = async (db, args) => {
  const recent = await readRecentMatches(db, args);
  if (recent.searchedTo === null) return recent;
  // A page by number must be whole, as it has no place to continue from.
  const isNumbered = args.offset !== undefined && args.offset > 0;
  const index = indexFor(recent.candidates, args.walkLimit * rareShare);
  if (index !== null) {
    try {
      return await readAllMatches(db, args, index);
    } catch (error) {
      if (isNumbered || !(error instanceof QueryTooExpensiveError)) throw error;
      return recent;
    }
  }
  return isNumbered ? readPageAfterMatches(db, args) : recent;
};

/** The index that finds the fewest payments, if they are at most `few` of the newest. */
function indexFor({ text, amount }: Candidates, few: number): MatchIndex | null {
  const [byText, byAmount] = [text ?? Infinity, amount ?? Infinity];
  if (Math.min(byText, byAmount) > few) return null;
  return byText <= byAmount ? 'text' : 'amount';
}
