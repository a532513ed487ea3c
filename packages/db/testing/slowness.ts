import { availableParallelism, loadavg } from 'node:os';

/**
 * How many times longer something takes here than on a quiet machine: the load of each core, and at least 1. A machine at
 * load 40 with two cores gives a process a twentieth of its time.
 */
export const slowness = (): number => Math.max(1, (loadavg()[0] ?? 0) / availableParallelism());
