import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type BrowserContextOptions, chromium, type Page } from 'playwright-core';

export type TestBrowser = AsyncDisposable & {
  /** A page with storage of its own, that may speak to `origin` alone. */
  openPage(origin: string, options?: BrowserContextOptions): Promise<WatchedPage>;
};

type WatchedPage = {
  page: Page;
  /** Errors on the console, uncaught exceptions, requests to another host: empty is what a test expects. */
  problems: readonly string[];
};

/** The Chromium on the PATH, or null. */
export function chromiumPath(): string | null {
  const folders = process.env.PATH?.split(delimiter).filter(Boolean) ?? [];
  const files = folders.flatMap((folder) => [join(folder, 'chromium'), join(folder, 'chromium-browser')]);
  return files.find(isExecutable) ?? null;
}

/** Skips a test, and says so, on a machine without Chromium: the first line of each browser test. */
export function skipWithoutChromium({ skip, task }: SkippableTest): void {
  if (chromiumPath() !== null) return;
  const note = 'no chromium on the PATH';
  process.stderr.write(`Skipped, ${note}: ${task.name}\n`);
  skip(note);
}

/** Of Vitest's test context, what is needed here. */
type SkippableTest = { task: { name: string }; skip(note?: string): void };

/**
 * A headless Chromium, closed with all its pages when it is disposed of. `thisMachine` is another name that it knows this
 * machine by, which it trusts no more than any other host. Throws where there is none.
 */
export async function openBrowser({ thisMachine }: { thisMachine?: string } = {}): Promise<TestBrowser> {
  const executablePath = chromiumPath();
  if (executablePath === null) throw new Error('There is no chromium on the PATH.');
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
      return { page, problems: watch(page, new URL(origin).host) };
    },
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

function watch(page: Page, host: string): readonly string[] {
  const problems: string[] = [];
  const check = (url: string) => {
    const { protocol, host: asked } = new URL(url);
    if (!['data:', 'blob:'].includes(protocol) && asked !== host) problems.push(`request to ${url}`);
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
