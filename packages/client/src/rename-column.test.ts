import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const clientRoot = fileURLToPath(new URL('..', import.meta.url));
const root = join(clientRoot, '../..');
const copies = join(clientRoot, 'dist/rename-column');
/** The packages, and what is built with the client. */
const folders = ['packages/db', 'packages/api', 'packages/client', 'apps/cli'];

const consumer = `
import { createClient } from './create-client.ts';

const client = createClient({ url: 'http://localhost:3000' });
const page = await client.api.payments.list.query({ limit: 10 });
export const receivers: string[] = page.items.map((payment) => payment.receiver);
await client.api.payments.create.mutate({ amountMinor: 1, method: 'credit_card', receiver: 'Ada' });
client.api.payments.onChange.subscribe({}, {
  onData: ({ data }) => {
    if (data.type !== 'reset') receivers.push(data.payment.receiver);
  },
});
`;

beforeAll(async () => {
  await rm(copies, { recursive: true, force: true });
  await mkdir(copies, { recursive: true });
  await cp(join(root, 'tsconfig.base.json'), join(copies, 'tsconfig.base.json'));
});

afterAll(() => rm(copies, { recursive: true, force: true }));

test('as it is, everything compiles, the consumer, the command line and the type tests included', async () => {
  expect(await compile('unchanged', [], () => '')).toEqual([]);
}, 30_000);

test('renaming a column in the schema alone does not compile on the server', async () => {
  const errors = await compile('schema', ['db/src/schema.ts'], rename);
  expect(errors.filter((error) => /^packages\/(db|api)\//.test(error))).not.toEqual([]);
}, 30_000);

test('renaming a column through the whole server does not compile where a consumer reads, writes or watches it', async () => {
  const errors = await compile('server', ['db/src', 'api/src'], rename);
  const places = errors.map((error) => error.replace(/,\d+\).*/, ')'));
  expect(places.filter((place) => place.startsWith('packages/'))).toEqual([
    'packages/client/src/consumer.ts(6)',
    'packages/client/src/consumer.ts(7)',
    'packages/client/src/consumer.ts(10)',
  ]);
  const files = new Set(places.map((place) => place.replace(/\(.*/, '')));
  expect([...files].filter((file) => file.startsWith('apps/')).sort()).toEqual([
    'apps/cli/src/commands/demo.ts',
    'apps/cli/src/commands/payments.ts',
    'apps/cli/src/commands/tail.ts',
    'apps/cli/src/import/import-row.ts',
  ]);
}, 30_000);

function rename(source: string): string {
  return source.replaceAll(/\breceiver\b/g, 'counterparty');
}

/** Compiles a copy of the packages and the command line, changed below the given paths; answers the errors, one line each. */
async function compile(name: string, paths: string[], change: (source: string) => string): Promise<string[]> {
  const home = join(copies, name);
  for (const folder of folders) await copyPackage(folder, home);
  for (const path of paths) await changeSources(join(home, 'packages', path), change);
  await writeFile(join(home, 'packages/client/src/consumer.ts'), consumer);
  await writeFile(
    join(home, 'tsconfig.json'),
    JSON.stringify({
      extends: '../tsconfig.base.json',
      files: [
        'packages/client/src/consumer.ts',
        'packages/client/src/router-types.test.ts',
        'apps/cli/src/main.ts',
      ],
    }),
  );
  const tsc = join(root, 'node_modules/.bin/tsc');
  const { stdout } = await promisify(execFile)(tsc, ['-p', '.', '--pretty', 'false'], { cwd: home }).catch(
    (failure: { stdout: string }) => failure,
  );
  return stdout.split('\n').filter((line) => line.includes('error TS'));
}

/** Copies the sources, and links what the package depends on: copies for our own packages. */
async function copyPackage(folder: string, home: string): Promise<void> {
  const from = join(root, folder);
  const to = join(home, folder);
  await mkdir(join(to, 'node_modules/@paydeck'), { recursive: true });
  await cp(join(from, 'package.json'), join(to, 'package.json'));
  await cp(join(from, 'src'), join(to, 'src'), { recursive: true });
  for (const dependency of await dependenciesIn(join(from, 'node_modules'))) {
    const own = dependency.startsWith('@paydeck/') ? dependency.replace('@paydeck/', '') : null;
    const target = own ? join(home, 'packages', own) : await realpath(join(from, 'node_modules', dependency));
    const link = join(to, 'node_modules', dependency);
    await mkdir(dirname(link), { recursive: true });
    await symlink(target, link);
  }
}

async function dependenciesIn(folder: string): Promise<string[]> {
  const names: string[] = [];
  for (const name of await readdir(folder)) {
    if (name.startsWith('.')) continue;
    if (!name.startsWith('@')) names.push(name);
    else for (const inner of await readdir(join(folder, name))) names.push(`${name}/${inner}`);
  }
  return names;
}

async function changeSources(path: string, change: (source: string) => string): Promise<void> {
  if (path.endsWith('.ts')) return writeFile(path, change(await readFile(path, 'utf8')));
  for (const entry of await readdir(path, { withFileTypes: true })) {
    if (entry.isDirectory() || entry.name.endsWith('.ts'))
      await changeSources(join(path, entry.name), change);
  }
}
