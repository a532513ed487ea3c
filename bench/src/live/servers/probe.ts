/**
 * Loaded into every measured server before its own code (`node --import`): answers each message from the benchmark
 * with what the process has used so far. It costs the server nothing in between.
 */
export type ProbeRequest = { collectGarbage: boolean };
export type Usage = {
  /** User and system time of all threads since the start. */
  cpuMs: number;
  rssBytes: number;
};

process.on('message', ({ collectGarbage }: ProbeRequest) => {
  if (collectGarbage) globalThis.gc?.({ type: 'major', execution: 'sync' });
  const { user, system } = process.cpuUsage();
  const usage: Usage = { cpuMs: (user + system) / 1_000, rssBytes: process.memoryUsage.rss() };
  process.send?.(usage);
});
// Neither keeps the server running, nor leaves it running alone.
process.channel?.unref();
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
