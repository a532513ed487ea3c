export {
  CallerLeftError,
  DatabaseUnavailableError,
  DiskFullError,
  databaseErrorCode,
  OverloadedError,
  QueryTooExpensiveError,
  TooManyQueriesError,
} from './database-error.ts';
export { createFairQueue } from './fair-queue.ts';
export { laneConnections } from './lanes.ts';
export { type Database, openDatabase } from './open-database.ts';
export { throughPooler } from './pooler.ts';
export type { OnQuery } from './run-reported.ts';
export { type WriteHealth, watchWrites } from './watch-writes.ts';
