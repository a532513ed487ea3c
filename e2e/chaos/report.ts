import { type ChaosReport, seconds } from './run-chaos.ts';

/** The report as text, with a line for each kind of fault. */
export function describeReport(report: ChaosReport): string {
  const kinds = Map.groupBy(report.faultRuns, ({ fault }) => fault);
  const faultLines = [...kinds].map(([fault, runs]) => {
    const longest = Math.max(...runs.map(({ recoveryMs }) => recoveryMs));
    return `  ${fault.padEnd(26)} ${String(runs.length).padStart(3)} × recovered in at most ${seconds(longest)}`;
  });
  const followerLines = report.followers.map(
    ({ kind, events, resets, connects }) =>
      `  ${kind.padEnd(18)} ${events} events, ${resets} resets, connected ${connects} times`,
  );
  const outcomes = Object.entries(report.outcomes).map(([outcome, count]) => `${count} ${outcome}`);
  return [
    `Seed ${report.seed}: ${report.violations.length === 0 ? 'all invariants hold' : 'INVARIANTS ARE BROKEN'}`,
    `${report.acknowledgedWrites} acknowledged writes, ${report.payments} payments, ${report.events} events`,
    `${report.calls} calls: ${outcomes.join(', ')}; longest answer ${seconds(report.longestAnswerMs)}`,
    `${report.stepsBack} steps back in time, which lost ${report.lostBySteppingBack} acknowledged writes`,
    `${report.refreshes} refreshes of one session`,
    ...faultLines,
    ...followerLines,
    ...(report.violations.length > 0
      ? report.loggedErrors.slice(0, 20).map((error) => `logged: ${error}`)
      : []),
    ...report.violations.slice(0, 30).map((violation) => `BROKEN: ${violation}`),
  ].join('\n');
}
