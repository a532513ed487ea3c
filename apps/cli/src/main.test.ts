import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };

type Result = { code: number | string | null | undefined; stdout: string; stderr: string };

const main = fileURLToPath(new URL('./main.ts', import.meta.url));

function runPaydeck(...args: readonly string[]): Promise<Result> {
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : error.code, stdout, stderr });
    });
  });
}

test('the help goes to stdout, and has examples', async () => {
  const { code, stdout, stderr } = await runPaydeck('demo', '--help');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('Examples:');
  expect(stdout).toContain('PAYDECK_URL');
});

test('the version is that of the package', async () => {
  expect(await runPaydeck('--version')).toEqual({ code: 0, stdout: `${packageJson.version}\n`, stderr: '' });
});

test('the script at the root runs the command from any folder, also through a symbolic link', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'paydeck-link-'));
  try {
    const link = join(folder, 'paydeck');
    await symlink(fileURLToPath(new URL('../../../paydeck', import.meta.url)), link);
    const { stdout } = await promisify(execFile)(link, ['--version'], { cwd: folder });
    expect(stdout).toBe(`${packageJson.version}\n`);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test.each([
  [[], 'Usage: paydeck'],
  [['dem'], "unknown command 'dem'"],
  [['demo', '--nope'], "unknown option '--nope'"],
  [['demo', '--count', '-5'], 'whole number'],
  [['demo', '--live', 'fast'], 'number from'],
  [['payments', 'list', '--from', 'yesterday'], "'--from <instant>' argument 'yesterday' is invalid"],
  [['payments', 'get', 'x'], "value 'x' is invalid for argument 'id'. It must be a complete id"],
  [['demo', '--currency', 'XXY'], '“XXY” is not one.'],
])('paydeck %j is a usage error', async (args, message) => {
  const { code, stdout, stderr } = await runPaydeck(...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(message);
});

test('when no server answers, one line says what to do', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  await new Promise((resolve) => server.close(resolve));

  const { code, stdout, stderr } = await runPaydeck('demo', '--url', `http://127.0.0.1:${port}`);
  expect({ code, stdout }).toEqual({ code: 5, stdout: '' });
  expect(stderr).toBe(
    `paydeck: No Paydeck server answers at http://127.0.0.1:${port}. Start it with \`npx -y pnpm@12 start\`, or name another address with --url.\n`,
  );
});

test('when another server answers, the message says so', async () => {
  await using server = createServer((_, response) => void response.writeHead(404).end('<html>')).listen(
    0,
    '127.0.0.1',
  );
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;

  const { code, stderr } = await runPaydeck('demo', '--url', `http://127.0.0.1:${port}`);
  expect(code).toBe(5);
  expect(stderr).toMatch(/^paydeck: .* Check --url\.\n$/);
});

test('bash completes commands, options, values and files', async () => {
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  const complete = async (line: string) => {
    const words = line.split(' ');
    const script = `source <(./paydeck completion bash)
      COMP_WORDS=(./paydeck ${words.map((word) => `'${word}'`).join(' ')}) COMP_CWORD=${words.length}
      _paydeck; printf '%s\n' "\${COMPREPLY[@]}"`;
    return (await promisify(execFile)('bash', ['-c', script], { cwd: root })).stdout.trim().split('\n');
  };
  expect(await complete('payments ex')).toEqual(['export']);
  expect(await complete('payments list --min')).toEqual(['--min-amount']);
  expect(await complete('stats --status failed,s')).toEqual(['failed,success']);
  expect(await complete('payments export --format ')).toEqual(['csv', 'jsonl']);
  expect(await complete('payments import ')).toEqual(['']);
});
