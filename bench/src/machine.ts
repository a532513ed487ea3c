import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

/** The line about the machine that belongs to every figure: cores, processor, memory, Node, and the load before the run. */
export function describeMachine(): string {
  const [load = 0] = loadavg();
  const memory = Math.round(totalmem() / 2 ** 30);
  const processor = cpus()[0]?.model.trim() ?? 'unknown processor';
  return `${availableParallelism()} cores (${processor}), ${memory} GB, Node ${process.versions.node}, load before the run ${load.toFixed(1)}`;
}
