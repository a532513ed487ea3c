import { fileURLToPath } from 'node:url';
import { createTestDatabase } from '@paydeck/db/testing';
import { expect, test } from 'vitest';
import { ensurePageIsBuilt } from '../testing/built-page.ts';
import { spawnServer } from '../testing/spawn-server.ts';
import { temporaryData } from '../testing/temporary-data.ts';
import { send } from './plain-fetch.ts';

const start = fileURLToPath(new URL('../src/start.ts', import.meta.url));

test('`pnpm start` serves an up-to-date page without building it again, and ends on a signal', async () => {
  await ensurePageIsBuilt();
  await using database = await createTestDatabase();
  await using server = await spawnServer({ DATABASE_URL: database.url }, { program: start });
  expect(server.output()).not.toContain('Building');
  expect((await send(server.url)).text).toContain('<div id="root">');
  expect(await server.end('SIGTERM')).toBe(0);
  expect(server.output()).toContain('SIGTERM: finishing requests');
});

/** A module for Node's `--import`, which prints the name of every loaded module when the process exits. */
const printLoadedModules = `data:text/javascript,${encodeURIComponent(`
  import Module from 'node:module';
  process.on('exit', () => console.log([...process.moduleLoadList, ...Object.keys(Module._cache)].join('\\n')));
`)}`;

test('a later start finds everything compiled, and loads nothing that only few servers need', async () => {
  await ensurePageIsBuilt();
  await using database = await createTestDatabase();
  await using data = await temporaryData();
  const environment = {
    DATABASE_URL: database.url,
    NODE_COMPILE_CACHE: data.dataDir,
    NODE_OPTIONS: `--import=${printLoadedModules}`,
  };
  const loaded: string[] = [];
  for (const _start of ['first', 'later']) {
    await using server = await spawnServer(environment, { program: start });
    await server.end('SIGTERM');
    loaded.push(server.output());
  }
  const [first, later] = loaded;
  expect(first).toContain('NativeModule internal/deps/amaro'); // Node's TypeScript compiler
  expect(later).toContain('/fastify/');
  for (const rare of ['amaro', '/ajv/', '/yaml/', '/@fastify/swagger', '/drizzle-orm/postgres-js/'])
    expect(later).not.toContain(rare);
});
