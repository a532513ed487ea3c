export type RunContext = {
  /** Aborted by Ctrl-C: the run rejects soon, and cleans up as always. */
  signal: AbortSignal;
  progress(line: string): void;
};

export type Report = {
  text: string;
  /** The report for machines. */
  figures: unknown;
};

export type Benchmark = {
  /** One line for the list of benchmarks. */
  summary: string;
  /** Its flags with their defaults, for the usage. */
  flags: string;
  /**
   * Understands the flags; throws `TypeError` for one that is unknown or has a wrong value. `run` measures, and leaves
   * nothing behind.
   */
  prepare(args: readonly string[]): { options: object; run(context: RunContext): Promise<Report> };
};
