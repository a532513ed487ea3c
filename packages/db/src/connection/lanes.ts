import { availableParallelism } from 'node:os';

/**
 * The kinds of queries. Each kind has its own connections, so that one kind can't use up those of another:
 * - `control`: sessions, users, the live log and upkeep. It stays free, so that an admin can always stop a user.
 * - `quick`: reads that an index or the rollups answer within milliseconds.
 * - `long`: reads that may have to look at many payments. Each has a timeout, after which PostgreSQL cancels it.
 * - `write`: everything that takes the log's lock. Two connections are enough: one commits while the next one starts.
 */
export const lanes = ['control', 'quick', 'long', 'write'] as const;

export type Lane = (typeof lanes)[number];

/**
 * Long reads keep a core busy each. One core is left for everyone else, because PostgreSQL often runs on the same machine: with
 * two long reads on two cores, the p99 of other calls was four to five times that of a quiet server, and with one 2.8 times.
 */
const longReads = Math.max(1, Math.min(3, availableParallelism() - 1));

/** The most connections that a server process opens for each lane. */
export const laneConnections: Readonly<Record<Lane, number>> = {
  control: 2,
  quick: 4,
  long: longReads,
  write: 2,
};
