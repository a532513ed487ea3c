import { availableParallelism } from 'node:os';

/**
 * The kinds of queries. Each kind has its own connections, so that one kind can't use up those of another:
 * - `log`: the live log. It stays free, so that every change reaches its subscribers, and ends the sockets of a user who lost access.
 * - `access`: who calls. It stays free, so that every call can be admitted or refused.
 * - `control`: sign-ins, users, sessions and upkeep. It stays free of payments, so that an admin can always stop a user.
 * - `quick`: reads that an index or the rollups answer within milliseconds.
 * - `long`: reads that may have to look at many payments. Each has a timeout, after which PostgreSQL cancels it.
 * - `write`: everything that takes the log's lock. Two connections are enough: one commits while the next one starts.
 */
export const lanes = ['log', 'access', 'control', 'quick', 'long', 'write'] as const;

export type Lane = (typeof lanes)[number];

/**
 * Long reads keep a core busy each. One core is left for everyone else, because PostgreSQL often runs on the same machine: with
 * two long reads on two cores, the p99 of other calls was four to five times that of a quiet server, and with one 2.8 times.
 */
const longReads = Math.max(1, Math.min(3, availableParallelism() - 1));

/** The most connections that a server process opens for each lane. */
export const laneConnections: Readonly<Record<Lane, number>> = {
  log: 1,
  access: 1,
  control: 2,
  quick: 4,
  long: longReads,
  write: 2,
};

/** How many long reads of one caller may run or wait. */
export const longReadsPerCaller = 4;

/** How many connections for long reads one caller may use: one is left to others, if there is more than one. */
export const longConnectionsPerCaller = Math.max(1, longReads - 1);
