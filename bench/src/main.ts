/** `pnpm bench <name>`: measures this code beside what it is held against, in one run on one machine. */
import { parseArgs } from 'node:util';
import type { Benchmark } from './benchmark.ts';
import { describeMachine } from './machine.ts';
import { positiveInteger, positiveNumber } from './option-values.ts';
import { writes } from './writes/writes.ts';

const benchmarks: Readonly<Record<string, Benchmark>> = { writes };

const usage = `Usage: pnpm bench <name> [--seconds 1] [--rounds 5] [--clients 1,10,64] [--json]

${Object.entries(benchmarks)
  .map(([name, { summary }]) => `  ${name.padEnd(8)} ${summary}`)
  .join('\n')}
`;

/** Throws for a flag that is unknown or has a wrong value. */
function readArguments() {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      seconds: { type: 'string', default: '1' },
      rounds: { type: 'string', default: '5' },
      clients: { type: 'string', default: '1,10,64' },
      json: { type: 'boolean', default: false },
    },
  });
  const [name = ''] = positionals;
  const benchmark = Object.hasOwn(benchmarks, name) ? benchmarks[name] : undefined;
  if (benchmark === undefined) throw new TypeError('Name one of the benchmarks.');
  return {
    name,
    benchmark,
    json: values.json,
    seconds: positiveNumber('seconds', values.seconds),
    rounds: positiveInteger('rounds', values.rounds),
    clients: values.clients.split(',').map((count) => positiveInteger('clients', count)),
  };
}

/** What was asked for; ends the process with the usage when it can't be understood. */
function understand(): ReturnType<typeof readArguments> {
  try {
    return readArguments();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    process.stderr.write(`${error.message}\n\n${usage}`);
    process.exit(1);
  }
}

async function main(
  { name, benchmark, json, seconds, rounds, clients }: ReturnType<typeof readArguments>,
  signal: AbortSignal,
): Promise<void> {
  const machine = describeMachine();
  // Progress goes to stderr: what is printed is the report alone.
  const progress = (line: string) => process.stderr.write(`${line}\n`);
  const { text, figures } = await benchmark.run({ seconds, rounds, clients, signal, progress });
  if (json) console.log(JSON.stringify({ benchmark: name, machine, seconds, rounds, figures }, null, 2));
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
