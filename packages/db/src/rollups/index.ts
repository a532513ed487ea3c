export type { Period } from './spans.ts';
export { type RollupDifference, repairRollups, verifyRollups } from './verify-rollups.ts';
