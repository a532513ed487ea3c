import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

/** What a figure needs beside it: cores, processor, memory, Node, and how busy the machine was before the run. */
export function describeMachine(): string {
  const [load = 0] = loadavg();
  const memory = Math.round(totalmem() / 2 ** 30);
  const processor = cpus()[0]?.model.trim() ?? 'unknown processor';
  return `${availableParallelism()} cores (${processor}), ${memory} GB, Node ${process.versions.node}, load before the run ${load.toFixed(1)}`;
}
