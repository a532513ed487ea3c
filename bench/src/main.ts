/** `pnpm bench <name>`: measures this code beside what it is held against, in one run on one machine. */
import type { Benchmark } from './benchmark.ts';
import { live } from './live/live.ts';
import { describeMachine } from './machine.ts';
import { page } from './page/page.ts';
import { reads } from './reads/reads.ts';
import { writes } from './writes/writes.ts';

const benchmarks: Readonly<Record<string, Benchmark>> = { writes, reads, live, page };

const usage = `Usage: pnpm bench <name> [flags] [--json]

${Object.entries(benchmarks)
  .map(([name, { summary, flags }]) => `  ${name.padEnd(8)} ${summary}\n  ${' '.repeat(8)} ${flags}`)
  .join('\n')}
`;

/** Throws `TypeError` for a benchmark or a flag that is unknown, or a wrong value. */
function readArguments([name = '', ...args]: readonly string[]) {
  const benchmark = Object.hasOwn(benchmarks, name) ? benchmarks[name] : undefined;
  if (benchmark === undefined) throw new TypeError('Name one of the benchmarks.');
  const json = args.includes('--json');
  return { name, json, ...benchmark.prepare(args.filter((arg) => arg !== '--json')) };
}

/** What was asked for; ends the process with the usage when it can't be understood. */
function understand(): ReturnType<typeof readArguments> {
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
  // Progress goes to stderr: what is printed is the report alone.
  const { text, figures } = await run({ signal, progress: (line) => process.stderr.write(`${line}\n`) });
  if (json) console.log(JSON.stringify({ benchmark: name, machine, options, figures }, null, 2));
  else console.log(`\n${text}\n\n${machine}`);
}

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => interruption.abort(new Error(`Ended by ${signal}.`)));
}
const asked = understand();
main(asked, interruption.signal).catch((error: unknown) => {
  if (!interruption.signal.aborted) throw error;
  // Whatever failed, failed because of it.
  process.stderr.write('Interrupted; everything is cleaned up.\n');
  process.exitCode = 1;
});
