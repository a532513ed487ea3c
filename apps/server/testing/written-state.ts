import type { Database } from '@paydeck/db/connection';
import { expect } from 'vitest';
import { findBrokenWrites } from './stored-state.ts';

export { type LoggedChange, loggedChanges, loggedPositions, storedPayments } from './stored-state.ts';

/** Expects every write in the database to be whole: see `findBrokenWrites`. */
export async function expectWholeWrites(db: Database): Promise<void> {
  expect(await findBrokenWrites(db)).toEqual([]);
}
