/**
 * Loaded into every measured server before the server's code (`node --import`). Answers each message of the benchmark with the
 * CPU time and memory that the process has used so far. Between messages it costs nothing.
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
// The channel does not keep the server running. When the benchmark is gone, the server stops.
process.channel?.unref();
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
