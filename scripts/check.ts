/**
 * `pnpm check`: every check that takes seconds and needs no database. They run in parallel, and each one prints its own
 * result, so that one failure never hides another.
 */
import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { styleText } from 'node:util';

const root = join(import.meta.dirname, '..');

const checks: { name: string; command: string[] }[] = [
  { name: 'format and lint', command: ['biome', 'check', '--max-diagnostics=100'] },
  {
    name: 'types',
    command: ['turbo', 'run', 'types', 'types:root', '--continue=always', '--log-order=grouped'],
  },
  { name: 'dead code', command: ['knip', '--no-progress'] },
  { name: 'doc paths', command: ['node', 'scripts/check-doc-paths.ts'] },
  { name: 'decisions', command: ['node', 'scripts/check-adrs.ts'] },
  { name: 'Node version', command: ['node', 'scripts/check-node-version.ts'] },
  { name: 'portable text', command: ['node', 'scripts/check-portable-text.ts'] },
  { name: 'plain English', command: ['node', 'scripts/check-english.ts'] },
];

const env = {
  ...process.env,
  PATH: [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter),
  TURBO_TELEMETRY_DISABLED: '1',
  ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}),
};

const passed = await Promise.all(checks.map(runCheck));
process.exitCode = passed.every(Boolean) ? 0 : 1;

/** Runs one check. Prints one line when it passes, and its whole output when it fails. */
async function runCheck({ name, command }: { name: string; command: string[] }): Promise<boolean> {
  const startedAt = performance.now();
  const { output, ok } = await run(command);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  if (ok) console.log(`${styleText('green', '✓')} ${name} (${seconds} s)`);
  else
    console.log(
      `${styleText('red', '✗')} ${name} (${seconds} s): ${command.join(' ')}\n\n${output.trim()}\n`,
    );
  return ok;
}

function run([program = '', ...args]: string[]): Promise<{ output: string; ok: boolean }> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.once('error', (error) => resolve({ output: String(error), ok: false }));
    child.once('close', (code) => resolve({ output: Buffer.concat(chunks).toString(), ok: code === 0 }));
  });
}
