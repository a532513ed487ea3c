import { readFile } from 'node:fs/promises';
import { type NewmanRun, run } from 'newman';
import { expect, test } from 'vitest';
import { generatedCollection, postmanFile } from '../../scripts/postman/generated-collection.ts';
import { startTestServer } from '../../testing/start-test-server.ts';
import { expectDocumented } from '../documented-replies.ts';

test('docs/postman.json is what `pnpm docs:postman` writes', async () => {
  expect(await readFile(postmanFile, 'utf8')).toBe(generatedCollection());
});

/** Sends all requests of the collection in order and runs their scripts. */
function runCollection(baseUrl: string): Promise<NewmanRun> {
  return new Promise((resolve, reject) => {
    const envVar = [{ key: 'base_url', value: baseUrl }];
    run({ collection: postmanFile, envVar }, (error, summary) =>
      error === null ? resolve(summary.run) : reject(error),
    );
  });
}

test('Postman runs the whole collection twice on the same server without a failure', async () => {
  await using server = await startTestServer();
  for (const time of ['first', 'second']) {
    const { executions, stats, failures } = await runCollection(`${server.url}/api`);
    const failed = failures.map(({ source, error }) => `${source?.name}: ${error.message}`);
    expect({ time, failed }).toEqual({ time, failed: [] });
    expect(executions).toHaveLength(42);
    expect(stats.assertions.total).toBeGreaterThan(2 * executions.length);
    for (const { request, response } of executions) {
      const type = response.headers.get('content-type');
      expectDocumented(request.method, request.url.toString(), {
        status: response.code,
        type,
        text: response.text(),
      });
    }
  }
});
