import { readFile } from 'node:fs/promises';
import { run } from 'newman';
import { expect, test } from 'vitest';
import { generatedCollection, postmanFile } from '../../scripts/postman/generated-collection.ts';
import { startTestServer } from '../../src/testing/start-test-server.ts';

test('the collection in the docs is what `pnpm docs:postman` writes', async () => {
  expect(await readFile(postmanFile, 'utf8')).toBe(generatedCollection());
});

/** Runs all requests in their order, and gives those sent, the number of assertions, and what failed. */
function runCollection(baseUrl: string) {
  return new Promise<{ requests: number; assertions: number; failures: string[] }>((resolve, reject) => {
    const envVar = [{ key: 'base_url', value: baseUrl }];
    run({ collection: postmanFile, envVar }, (error, { run: { stats, failures } }) => {
      if (error !== null) reject(error);
      resolve({
        requests: stats.requests.total ?? 0,
        assertions: stats.assertions.total ?? 0,
        failures: failures.map(({ source, error }) => `${source?.name}: ${error.message}`),
      });
    });
  });
}

test('Postman runs all of it without a failure, and again on the same server', async () => {
  await using server = await startTestServer();
  for (const time of ['first', 'second']) {
    const { requests, assertions, failures } = await runCollection(`${server.url}/api`);
    expect({ time, failures }).toEqual({ time, failures: [] });
    expect(requests).toBe(18);
    expect(assertions).toBeGreaterThan(2 * requests);
  }
});
