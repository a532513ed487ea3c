import { fileURLToPath } from 'node:url';
import { copyWorkspace } from '@paydeck/client/testing';
import { expect, test } from 'vitest';

const packages = ['packages/contract', 'packages/db', 'packages/api', 'packages/client', 'apps/dashboard'];

/** Changes the API's sources, and lists the files of the page that then have compile errors. */
async function buildErrors(
  name: string,
  path: string,
  change: (source: string) => string,
): Promise<string[]> {
  const home = fileURLToPath(new URL(`../node_modules/.page/${name}`, import.meta.url));
  await using copy = await copyWorkspace(home, packages);
  await copy.change([path], change);
  const errors = await copy.compile('apps/dashboard');
  return errors.map((error) => error.replace(/\(\d+,\d+\).*/, ''));
}

test('the unchanged page compiles', async () => {
  expect(await buildErrors('unchanged', 'packages/api/src/router.ts', (source) => source)).toEqual([]);
});

test.each([
  ['a figure', 'packages/api/src/stats', 'successRate', 'apps/dashboard/src/overview/stat-tiles.tsx'],
  [
    'a field of the filter',
    'packages/api/src/filter',
    'minAmountMinor',
    'apps/dashboard/src/payments/payments-search.ts',
  ],
  [
    'a procedure',
    'packages/api/src/routers/users.ts',
    'resetPassword',
    'apps/dashboard/src/users/reset-password-dialog.tsx',
  ],
])(
  'renaming %s of the API is a compile error where the page uses it',
  async (_what, path, name, place) => {
    const errors = await buildErrors(name, path, (source) =>
      source.replaceAll(new RegExp(`\\b${name}\\b`, 'g'), `${name}Renamed`),
    );
    expect(errors).toContain(place);
  },
  60_000,
);
