import { startTestServer } from '@paydeck/server/testing';
import { expect, test } from 'vitest';
import { runPaydeck, startPaydeck, startScript } from './run-script.ts';

test('the steps of the README: record demo payments, watch them, settle one, see the change', async () => {
  await using server = await startTestServer();
  const demo = ['demo', '--url', server.url, '--count', '3000', '--days', '365'];
  expect(await runPaydeck({}, ...demo)).toMatch(/3,000 payments/);
  // The demo is deterministic, so a second run adds nothing.
  await runPaydeck({}, ...demo);
  const client = await server.signedInClient();
  expect(await client.api.payments.list.query()).toMatchObject({ total: 3000, totalIsExact: true });

  const watch = startScript('examples/watch.ts', [server.url]);
  await watch.printed(/as of event \d+: \d+ payments today/);
  expect(await startScript('examples/settle.ts', [server.url]).finished()).toContain(
    'Corner Bookshop: 49.90 USD, success',
  );
  await watch.printed(/payment_created \S+ Corner Bookshop 49\.90 USD pending/);
  await watch.printed(/payment_updated \S+ Corner Bookshop 49\.90 USD success/);
  const { asOf } = await client.api.stats.dashboard.query();
  await watch.printed(new RegExp(`as of event ${asOf}:`));
  await watch.interrupt();
});

test('the live demo records and settles payments until Ctrl-C', async () => {
  await using server = await startTestServer();
  const client = await server.signedInClient();
  const demo = startPaydeck({}, 'demo', '--url', server.url, '--count', '0', '--live', '20');
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
  await demo.interrupt();
  await demo.finished();
  // On exit the demo settles the payments that it left pending.
  expect(await client.api.payments.list.query({ filter: { status: ['pending'] } })).toMatchObject({
    total: 0,
  });
});
