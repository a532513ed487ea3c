import { isBuiltin } from 'node:module';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import { expect, test } from 'vitest';

const entry = fileURLToPath(new URL('index.ts', import.meta.url));

/** A tRPC client with the same links, and nothing else. */
const bareTrpcClient = `
  export { createTRPCClient, httpBatchLink, httpLink, splitLink, wsLink } from '@trpc/client';
  export { observable } from '@trpc/server/observable';
  export { default } from 'superjson';
`;

/** Bundles for a browser, with the given text in place of the entry's. */
async function bundleForBrowser(entryText?: string) {
  const imported: string[] = [];
  const bundle = await rolldown({
    input: entry,
    platform: 'browser',
    plugins: [
      {
        name: 'watch-imports',
        load: (id) => (id === entry && entryText !== undefined ? entryText : null),
        resolveId: (source) => {
          imported.push(source);
          return null;
        },
      },
    ],
  });
  const { output } = await bundle.generate({ minify: true });
  await bundle.close();
  expect(output).toHaveLength(1);
  return { ...output[0], imported };
}

test('the bundle for browsers has the client, the contract, tRPC’s client and superjson, and no server code', async ({
  annotate,
}) => {
  const { code, imports, imported, moduleIds } = await bundleForBrowser();
  const bare = await bundleForBrowser(bareTrpcClient);

  expect(imports).toEqual([]);
  expect(imported.filter((source) => isBuiltin(source))).toEqual([]);
  expect(imported.filter((source) => /^@paydeck\/(?!contract\/)/.test(source))).toEqual([]);
  const own = /\/packages\/(client|contract)\/src\/[\w/-]+\.ts$/;
  expect(moduleIds.filter((id) => !own.test(id) && !bare.moduleIds.includes(id))).toEqual([]);

  const gzippedBytes = gzipSync(code).length;
  await annotate(
    `${code.length} bytes, ${gzippedBytes} gzipped; a bare tRPC client: ${bare.code.length} bytes`,
  );
  // The table of currencies takes 1,000 of these bytes.
  expect(gzippedBytes).toBeLessThan(21_000);
});
