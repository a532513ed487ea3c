import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { copyWorkspace } from '../testing/compile-copy.ts';

const consumer = `
import { createClient } from './index.ts';

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

test('without a change everything compiles: the consumer, the command line and the type tests', async () => {
  expect(await compile('unchanged', [])).toEqual([]);
});

test('renaming a column only in the schema does not compile on the server', async () => {
  const errors = await compile('schema', ['packages/db/src/schema.ts']);
  expect(errors.filter((error) => /^packages\/(db|api)\//.test(error))).not.toEqual([]);
});

test('renaming a column in the whole server does not compile wherever a consumer uses it', async () => {
  const errors = await compile('server', ['packages/contract/src', 'packages/db/src', 'packages/api/src']);
  const places = errors.map((error) => error.replace(/,\d+\).*/, ')'));
  expect(places.filter((place) => place.startsWith('packages/client/'))).toEqual([
    'packages/client/src/consumer.ts(6)',
    'packages/client/src/consumer.ts(7)',
    'packages/client/src/consumer.ts(10)',
  ]);
  const files = new Set(places.map((place) => place.replace(/\(.*/, '')));
  expect([...files].filter((file) => !file.startsWith('packages/client/')).sort()).toEqual([
    'apps/cli/src/commands/demo.ts',
    'apps/cli/src/commands/payments.ts',
    'apps/cli/src/commands/tail.ts',
    'apps/cli/src/import/describe.ts',
    'packages/payment-files/src/formula-guards.ts',
    'packages/payment-files/src/import-row.ts',
    'packages/payment-files/src/mapping/presets.ts',
    'packages/payment-files/src/payment-issue.ts',
  ]);
});

/** Renames a column below the given paths, and compiles a consumer, the reader of files and the command line against the result. */
async function compile(name: string, paths: string[]): Promise<string[]> {
  const home = fileURLToPath(new URL(`../dist/rename-column/${name}`, import.meta.url));
  await using copy = await copyWorkspace(home, [
    'packages/contract',
    'packages/db',
    'packages/api',
    'packages/client',
    'packages/payment-files',
    'apps/cli',
  ]);
  await copy.change(paths, (source) => source.replaceAll(/\breceiver\b/g, 'counterparty'));
  await copy.write('packages/client/src/consumer.ts', consumer);
  const files = [
    'packages/client/src/consumer.ts',
    'packages/client/src/router-types.test.ts',
    'apps/cli/src/main.ts',
  ];
  await copy.write('tsconfig.json', JSON.stringify({ extends: './tsconfig.base.json', files }));
  return await copy.compile();
}
