import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Tests that need neither a database nor a compiler: `pnpm test:unit`. The others get a PostgreSQL. */
const unit = [
  '{packages/{client,contract,demo-data,payment-files},apps/*}/src/**/*.test.ts',
  'scripts/**/*.test.ts',
];

/** `pnpm drill`. Takes five minutes, and programs that few machines have. */
const drill = ['e2e/failover/**/*.test.ts'];

export default defineConfig({
  test: {
    pool: 'forks',
    // A test waits for PostgreSQL most of its time, so two fit on two cores; more than four only crowd its connections.
    maxWorkers: Math.min(4, Math.max(2, availableParallelism())),
    // These end a test that hangs. They are not for how fast a test must be: a busy machine takes many times longer.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000 } },
    setupFiles: ['packages/db/testing/patient-waits.ts'],
    projects: [
      { extends: true, test: { name: 'unit', include: unit } },
      {
        extends: true,
        test: {
          name: 'database',
          include: ['{apps,packages}/*/{src,test}/**/*.test.ts', '{bench,e2e}/**/*.test.ts'],
          exclude: ['**/node_modules/**', ...unit, ...drill],
          globalSetup: ['packages/db/testing/global-setup.ts'],
        },
      },
      { extends: true, test: { name: 'drill', include: drill } },
    ],
    coverage: {
      provider: 'v8',
      include: ['{apps,packages}/*/src/**/*.{ts,tsx}'],
      exclude: ['**/*.test.ts', '**/testing/**'],
      reporter: ['text', 'html'],
    },
  },
});
