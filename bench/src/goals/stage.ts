import type { RunContext } from '../benchmark.ts';
import type { RowFigure } from './row.ts';
import type { SeededDatabases } from './seeded-databases.ts';
import type { RunningServer } from './servers/running-server.ts';
import type { Instruments, Rhythm } from './sides.ts';

/** The servers, sizes and instruments that every row is measured with. */
export type Stage = {
  databases: SeededDatabases;
  instruments: Instruments;
  rhythm: Rhythm;
  /** How many payments the small, the medium and the large database have. */
  sizes: { small: number; medium: number; large: number };
  /** How many sockets watch. */
  sockets: number;
  context: RunContext;
  /** Starts the peer on its own database. Null when the peer is not installed. */
  startPeer: ((databaseUrl: string) => Promise<RunningServer>) | null;
};

export type Row = {
  /** One line for the reader of the table. */
  title: string;
  /** Rows of `full` need a million payments or more. */
  belongsTo: 'quick' | 'full';
  measure(stage: Stage): Promise<RowFigure>;
};
