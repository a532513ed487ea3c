import { type Flags, type OptionsOf, readFlags } from './flags.ts';

export type RunContext = {
  /** Ctrl-C aborts it: the run soon rejects, and cleans up as always. */
  signal: AbortSignal;
  progress(line: string): void;
};

export type Report = {
  text: string;
  /** The figures of the report, for `--json`. */
  figures: unknown;
};

export type Benchmark = {
  /** One line for the list of benchmarks. */
  summary: string;
  flags: Flags;
  /** Reads the flags; throws `TypeError` for an unknown flag or a wrong value. `run` measures, and removes all its data. */
  prepare(args: readonly string[]): { options: object; run(context: RunContext): Promise<Report> };
};

/** A benchmark whose options are the values of its flags. */
export function defineBenchmark<F extends Flags>({
  summary,
  flags,
  run,
}: {
  summary: string;
  flags: F;
  run(options: OptionsOf<F>, context: RunContext): Promise<Report>;
}): Benchmark {
  return {
    summary,
    flags,
    prepare: (args) => {
      const options = readFlags(args, flags);
      return { options, run: (context) => run(options, context) };
    },
  };
}
