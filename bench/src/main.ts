/** `pnpm bench [name]`: compares Paydeck with baselines, in one run on one machine. Without a name it prints the goals. */
import type { Benchmark } from './benchmark.ts';
import { describeFlags } from './flags.ts';
import { goals } from './goals/goals.ts';
import { live } from './live/live.ts';
import { describeMachine } from './machine.ts';
import { page } from './page/page.ts';
import { reads } from './reads/reads.ts';
import { writes } from './writes/writes.ts';

const benchmarks: Readonly<Record<string, Benchmark>> = { goals, writes, reads, live, page };

const usage = `Usage: pnpm bench [name] [flags] [--json]

The default is goals.

${Object.entries(benchmarks)
  .map(
    ([name, { summary, flags }]) =>
      `  ${name.padEnd(8)} ${summary}\n  ${' '.repeat(8)} ${describeFlags(flags)}`,
  )
  .join('\n')}
`;

/** Throws `TypeError` for an unknown benchmark or flag, or a wrong value. */
function readArguments(given: readonly string[]) {
  const [first = ''] = given;
  const [name = '', ...args] = first === '' || first.startsWith('--') ? ['goals', ...given] : given;
  const benchmark = Object.hasOwn(benchmarks, name) ? benchmarks[name] : undefined;
  if (benchmark === undefined) {
    throw new TypeError(`The name must be one of ${Object.keys(benchmarks).join(', ')}.`);
  }
  const json = args.includes('--json');
  return { name, json, ...benchmark.prepare(args.filter((arg) => arg !== '--json')) };
}

/** Prints the usage and exits with 1 when the arguments are wrong. */
function readArgumentsOrExit(): ReturnType<typeof readArguments> {
  try {
    return readArguments(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    process.stderr.write(`${error.message}\n\n${usage}`);
    process.exit(1);
  }
}

async function main(
  { name, json, options, run }: ReturnType<typeof readArguments>,
  signal: AbortSignal,
): Promise<void> {
  const machine = describeMachine();
  // Progress goes to stderr, so that stdout holds only the report.
  const { text, figures } = await run({ signal, progress: (line) => process.stderr.write(`${line}\n`) });
  if (json) console.log(JSON.stringify({ benchmark: name, machine, options, figures }, null, 2));
  else console.log(`\n${text}\n\n${machine}`);
}

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => interruption.abort(new Error(`Interrupted by ${signal}.`)));
}
main(readArgumentsOrExit(), interruption.signal).catch((error: unknown) => {
  // After an interruption every error is a consequence of it.
  if (!interruption.signal.aborted) throw error;
  process.stderr.write('Interrupted. All temporary data is removed.\n');
  process.exitCode = 1;
});
