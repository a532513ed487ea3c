import { SingleBar } from 'cli-progress';

/** Shows on stderr how far a command is. A terminal gets one line that is redrawn; a file gets a line now and then. */
export type Progress = {
  update(done: number): void;
  /** Prints a line that stays. */
  note(text: string): void;
  stop(): void;
};

const lineEveryMs = 3_000;

/** An integer with thousands separators. */
export const formatCount = (integer: number) => integer.toLocaleString('en');

/** Progress towards a known total, on stderr: stdout is for results. */
export function startProgress(total: number, unit: string): Progress {
  return process.stderr.isTTY ? startBar(total, unit) : startLines(total, unit);
}

/** For commands that usually run in scripts: progress is shown only on a terminal, and only if the total is not 0. */
export function startTerminalProgress(total: number, unit: string): Progress {
  return process.stderr.isTTY && total > 0
    ? startBar(total, unit)
    : { ...startLines(total, unit), update: () => {} };
}

function startBar(total: number, unit: string): Progress {
  const bar = new SingleBar({
    format: `{bar} {percentage}%  {value} of {total} ${unit}  {perSecond}/s  {eta_formatted} left`,
    formatValue: (value, _, type) =>
      type === 'value' || type === 'total' ? formatCount(value) : String(value),
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 30,
    hideCursor: true,
    etaBuffer: 50,
    // By default the bar ends the process at Ctrl-C; the commands handle it themselves.
    gracefulExit: false,
  });
  const startedAt = performance.now();
  bar.start(total, 0, { perSecond: '0' });
  return {
    update: (done) => bar.update(done, { perSecond: formatCount(perSecond(done, startedAt)) }),
    note(text) {
      process.stderr.write(`\r\u001b[K${text}\n`);
    },
    stop: () => bar.stop(),
  };
}

function startLines(total: number, unit: string): Progress {
  const startedAt = performance.now();
  let nextAt = startedAt + lineEveryMs;
  return {
    update(done) {
      if (performance.now() < nextAt) return;
      nextAt = performance.now() + lineEveryMs;
      const percentage = Math.floor((done / total) * 100);
      const rate = perSecond(done, startedAt);
      const secondsLeft = Math.ceil((total - done) / Math.max(rate, 1));
      process.stderr.write(
        `${formatCount(done)} of ${formatCount(total)} ${unit} (${percentage}%), ${formatCount(rate)}/s, about ${secondsLeft} s left\n`,
      );
    },
    note: (text) => void process.stderr.write(`${text}\n`),
    stop: () => {},
  };
}

function perSecond(done: number, startedAt: number): number {
  return Math.round(done / Math.max((performance.now() - startedAt) / 1000, 0.001));
}

/** A line on stderr that shows the state of a command which runs until Ctrl-C. */
export type StatusLine = { update(text: string): void; note(text: string): void; stop(): void };

const statusLineEveryMs = 10_000;

/** A terminal redraws the line at each update; elsewhere it is printed every ten seconds. */
export function startStatusLine(): StatusLine {
  const isTerminal = process.stderr.isTTY;
  let shown = '';
  let nextAt = performance.now() + statusLineEveryMs;
  const clear = isTerminal ? '\r\u001b[K' : '';
  return {
    update(text) {
      if (isTerminal) {
        shown = text;
        process.stderr.write(`${clear}${text}`);
      } else if (performance.now() >= nextAt) {
        nextAt = performance.now() + statusLineEveryMs;
        process.stderr.write(`${text}\n`);
      }
    },
    note: (text) => void process.stderr.write(`${clear}${text}\n${shown}`),
    stop() {
      if (shown !== '') process.stderr.write(clear);
      shown = '';
    },
  };
}
