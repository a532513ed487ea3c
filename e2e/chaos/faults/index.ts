import type { Fault } from '../fault.ts';
import { databaseFaults } from './database.ts';
import { diskFaults } from './disk.ts';
import { exportFaults } from './exports.ts';
import { networkFaults } from './network.ts';
import { processFaults } from './processes.ts';
import { resourceFaults } from './resources.ts';
import { timeFaults } from './time.ts';
import { upkeepFaults } from './upkeep.ts';

export const faults: readonly Fault[] = [
  ...networkFaults,
  ...processFaults,
  ...databaseFaults,
  ...timeFaults,
  ...exportFaults,
  ...resourceFaults,
  ...diskFaults,
  ...upkeepFaults,
];
