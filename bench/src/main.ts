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

async function main(): Promise<void> {
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
  if (benchmark === undefined) {
    process.stderr.write(usage);
    process.exitCode = 1;
    return;
  }
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => interruption.abort(new Error(`Ended by ${signal}.`)));
  }
  const options = {
    signal: interruption.signal,
    seconds: positiveNumber('seconds', values.seconds),
    rounds: positiveInteger('rounds', values.rounds),
    clients: values.clients.split(',').map((count) => positiveInteger('clients', count)),
    // Progress goes to stderr: what is printed is the report alone.
    progress: (line: string) => process.stderr.write(`${line}\n`),
  };
  const machine = describeMachine();
  const { text, figures } = await benchmark.run(options);
  const { seconds, rounds } = options;
  if (values.json)
    console.log(JSON.stringify({ benchmark: name, machine, seconds, rounds, figures }, null, 2));
  else console.log(`\n${text}\n\n${machine}`);
}

await main();
