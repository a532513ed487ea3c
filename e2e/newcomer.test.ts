import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startTestServer } from '@paydeck/server/testing';
import { expect, test } from 'vitest';

const root = new URL('../', import.meta.url);

/** A script of the repository, run as the README says, whose output can be waited for. */
function run(script: string, ...args: string[]) {
  const child: ChildProcess = spawn(process.execPath, [fileURLToPath(new URL(script, root)), ...args]);
  let output = '';
  const changed = new EventTarget();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      changed.dispatchEvent(new Event('output'));
    });
  }
  return {
    child,
    output: () => output,
    printed: async (pattern: RegExp) => {
      while (!pattern.test(output))
        await new Promise((resolve) => changed.addEventListener('output', resolve, { once: true }));
    },
    ended: async () => {
      if (child.exitCode === null) await once(child, 'exit');
      expect(child.exitCode, output).toBe(0);
      return output;
    },
  };
}

test('the README: fill the server, watch it, settle a payment, see it arrive', async () => {
  await using server = await startTestServer();
  const fill = [
    'apps/cli/src/main.ts',
    'demo',
    '--url',
    server.url,
    '--count',
    '3000',
    '--days',
    '365',
  ] as const;
  expect(await run(...fill).ended()).toMatch(/3,000 payments/);
  // The same history again adds nothing.
  await run(...fill).ended();
  const client = await server.signedInClient();
  expect(await client.api.payments.list.query()).toMatchObject({ total: 3000, totalIsExact: true });

  const watch = run('examples/watch.ts', server.url);
  await watch.printed(/as of event \d+: \d+ payments today/);
  expect(await run('examples/settle.ts', server.url).ended()).toContain(
    'Corner Bookshop: 49.90 USD, success',
  );
  await watch.printed(/payment_created \S+ Corner Bookshop 49\.90 USD pending/);
  await watch.printed(/payment_updated \S+ Corner Bookshop 49\.90 USD success/);
  const { asOf } = await client.api.stats.dashboard.query();
  await watch.printed(new RegExp(`as of event ${asOf}:`));
  watch.child.kill('SIGINT');
  await once(watch.child, 'exit');
});

test('live demo payments arrive, and settle, until Ctrl-C', async () => {
  await using server = await startTestServer();
  const client = await server.signedInClient();
  const live = run('apps/cli/src/main.ts', 'demo', '--url', server.url, '--count', '0', '--live', '20');
  await new Promise<void>((resolve) => {
    let created = 0;
    client.api.payments.onChange.subscribe(
      { lastEventId: 0 },
      {
        onData: ({ data }) => {
          if (data.type === 'payment_created') created += 1;
          if (created === 10) resolve();
        },
      },
    );
  });
  live.child.kill('SIGINT');
  await live.ended();
  // What it left pending it has settled.
  expect(await client.api.payments.list.query({ filter: { status: ['pending'] } })).toMatchObject({
    total: 0,
  });
});
