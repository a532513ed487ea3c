import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type BrowserContextOptions, chromium, type Page } from 'playwright-core';

export type TestBrowser = AsyncDisposable & {
  /** Opens a page with separate storage. It may only send requests to `origin`. */
  openPage(origin: string, options?: BrowserContextOptions): Promise<WatchedPage>;
};

/**
 * Ends a wait for an element that never appears. It does not measure the speed of the page: a busy machine takes many times
 * longer.
 */
const waitMs = 120_000;

type WatchedPage = {
  page: Page;
  /** Console errors, uncaught exceptions and requests to other hosts. Tests expect it to be empty. */
  problems: readonly string[];
};

/** The path of the Chromium on the PATH; null when there is none. */
export function chromiumPath(): string | null {
  const folders = process.env.PATH?.split(delimiter).filter(Boolean) ?? [];
  const files = folders.flatMap((folder) => [join(folder, 'chromium'), join(folder, 'chromium-browser')]);
  return files.find(isExecutable) ?? null;
}

/** Skips a test with a note on a machine without Chromium. The first line of each browser test calls it. */
export function skipWithoutChromium({ skip, task }: SkippableTest): void {
  if (chromiumPath() !== null) return;
  const note = 'no chromium on the PATH';
  process.stderr.write(`Skipped, ${note}: ${task.name}\n`);
  skip(note);
}

/** The part of Vitest's test context that is used here. */
type SkippableTest = { task: { name: string }; skip(note?: string): void };

/**
 * Starts a headless Chromium, which is closed with all its pages on disposal. `thisMachine` is an additional host name for
 * this machine, which the browser does not trust as it trusts localhost. Throws when there is no Chromium.
 */
export async function openBrowser({ thisMachine }: { thisMachine?: string } = {}): Promise<TestBrowser> {
  const executablePath = chromiumPath();
  if (executablePath === null)
    throw new Error('Chromium must be on the PATH. Install it, or skip the browser tests.');
  const browser = await chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...(thisMachine === undefined ? [] : [`--host-resolver-rules=MAP ${thisMachine} 127.0.0.1`]),
    ],
  });
  return {
    openPage: async (origin, options) => {
      const page = await browser.newPage(options);
      page.setDefaultTimeout(waitMs);
      return { page, problems: watch(page, new URL(origin).host) };
    },
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

function watch(page: Page, host: string): readonly string[] {
  const problems: string[] = [];
  const check = (url: string) => {
    const { protocol, host: requestedHost } = new URL(url);
    if (!['data:', 'blob:'].includes(protocol) && requestedHost !== host) problems.push(`request to ${url}`);
  };
  page.on('request', (request) => check(request.url()));
  page.on('websocket', (socket) => check(socket.url()));
  page.on('pageerror', (error) => void problems.push(`exception: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()} (${message.location().url})`);
  });
  return problems;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
