export type BenchmarkOptions = {
  /** How long each measurement lasts. */
  seconds: number;
  /** How often each measurement is repeated; the report has the medians. */
  rounds: number;
  /** Concurrent clients; the benchmark is measured with each number. */
  clients: readonly number[];
  /** Aborted by Ctrl-C: the run rejects soon, and cleans up as always. */
  signal: AbortSignal;
  progress(line: string): void;
};

export type Benchmark = {
  /** One line for the list of benchmarks. */
  summary: string;
  /** Measures, and leaves nothing behind. `figures` is the report for machines. */
  run(options: BenchmarkOptions): Promise<{ text: string; figures: unknown }>;
};
