/** `pnpm chaos`: causes faults in running servers, and checks that nothing was lost, doubled or left out. */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import type { Fault } from './fault.ts';
import { faults } from './faults/index.ts';
import { describeReport } from './report.ts';
import { runChaos } from './run-chaos.ts';

const usage = `Usage: pnpm chaos [--seed N] [--minutes M] [--only fault,fault] [--json]

Without --seed it takes a random one and prints it. The default of --minutes is 2. Faults:

${faults.map(({ name }) => `  ${name}`).join('\n')}
`;

type Options = { seed: number; minutes: number; chosen: readonly Fault[]; json: boolean };

/** Throws `TypeError` for an unknown option, or a wrong value. */
function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      seed: { type: 'string', default: String(randomInt(2 ** 31)) },
      minutes: { type: 'string', default: '2' },
      only: { type: 'string', default: faults.map(({ name }) => name).join(',') },
      json: { type: 'boolean', default: false },
    },
  });
  const seed = Number(values.seed);
  const minutes = Number(values.minutes);
  if (!Number.isSafeInteger(seed) || seed < 0) throw new TypeError('--seed must be a whole number from 0.');
  if (!(minutes > 0)) throw new TypeError('--minutes must be a number above 0.');
  const chosen = values.only.split(',').map((name) => {
    const fault = faults.find((one) => one.name === name);
    if (fault === undefined) throw new TypeError(`There is no fault ${name}.`);
    return fault;
  });
  return { seed, minutes, chosen, json: values.json };
}

async function main({ seed, minutes, chosen, json }: Options, signal: AbortSignal): Promise<void> {
  const progress = (line: string) => void process.stderr.write(`${line}\n`);
  progress(`Seed ${seed}, ${minutes} minutes`);
  const usable = chosen.filter(({ name, unavailable }) => {
    const reason = unavailable?.() ?? null;
    if (reason !== null) progress(`Without ${name}: ${reason}.`);
    return reason === null;
  });
  const report = await runChaos({ seed, minutes, faults: usable, progress, signal });
  process.stdout.write(`${json ? JSON.stringify(report, null, 2) : describeReport(report)}\n`);
  if (report.violations.length > 0) process.exitCode = 1;
}

const interruption = new AbortController();
try {
  const options = readOptions(process.argv.slice(2));
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interruption.abort());
  await main(options, interruption.signal);
} catch (error) {
  process.exitCode = 1;
  if (error instanceof TypeError) process.stderr.write(`${error.message}\n\n${usage}`);
  else if (interruption.signal.aborted) process.stderr.write('Interrupted. All processes have ended.\n');
  else throw error;
}
// Node's own exit waits for the requests of sockets, and spins if one of a broken network never ends.
process.stdout.write('', () => process.exit());
