import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

/** The line that belongs to every figure: the date, and the machine with its load before the run. */
export function describeMachine(): string {
  const [load = 0] = loadavg();
  const memory = Math.round(totalmem() / 2 ** 30);
  const processor = cpus()[0]?.model.trim() ?? 'unknown processor';
  const date = new Date().toISOString().slice(0, 10);
  return `${date}, ${availableParallelism()} cores (${processor}), ${memory} GB, Node ${process.versions.node}, load before the run ${load.toFixed(1)}`;
}
