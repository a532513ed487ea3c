import { expect, test } from 'vitest';
import { startBackend } from './backend.ts';
import { startReceivers } from './load/start-load.ts';
import { untilQuiet } from './load/until-quiet.ts';
import { requireOpenFiles } from './open-files.ts';
import { liveSubjects } from './subjects.ts';

test('every event reaches all subscribers of every subject, and the probe answers', async ({ signal }) => {
  await using backend = await startBackend();
  const { bareWs, bareWsWithInsert, paydeck, socketIo, socketIoWithRecovery } = liveSubjects(backend);
  for (const subject of [bareWs, bareWsWithInsert, paydeck, socketIo, socketIoWithRecovery]) {
    await using server = await subject.start();
    await using receivers = startReceivers();
    const { target } = server;
    await receivers.ask({ do: 'connect', target, sockets: 3, stalled: 1 });
    const { timed } = await receivers.ask({ do: 'time-events', target, events: 4, pauseMs: 0 });
    expect(timed).toHaveLength(4);
    const counts = await untilQuiet(receivers, { expected: 8, signal });
    expect({ subject: subject.name, ...counts }).toMatchObject({
      subject: subject.name,
      received: 8,
      openReaders: 2,
      openStalled: 1,
    });
    const usage = await server.usage({ collectGarbage: true });
    expect(usage.cpuMs).toBeGreaterThan(0);
    expect(usage.rssBytes).toBeGreaterThan(0);
  }
});

test('more sockets than a process may open are refused before anything is measured', async () => {
  await expect(requireOpenFiles(Number.MAX_SAFE_INTEGER)).rejects.toThrow('ulimit -n');
});
