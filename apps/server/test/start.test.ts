import { fileURLToPath } from 'node:url';
import { createTestDatabase } from '@paydeck/db/testing';
import { expect, test } from 'vitest';
import { ensurePageIsBuilt } from '../testing/built-page.ts';
import { spawnServer } from '../testing/spawn-server.ts';
import { send } from './plain-fetch.ts';

const start = fileURLToPath(new URL('../src/start.ts', import.meta.url));

test('`pnpm start` serves an up-to-date page without building it again, and ends on a signal', async () => {
  await ensurePageIsBuilt();
  await using database = await createTestDatabase();
  await using server = await spawnServer({ DATABASE_URL: database.url }, start);
  expect(server.output()).not.toContain('Building');
  expect((await send(server.url)).text).toContain('<div id="root">');
  expect(await server.end('SIGTERM')).toBe(0);
  expect(server.output()).toContain('SIGTERM: finishing requests');
});
