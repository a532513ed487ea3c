import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { buildScript, isPageUpToDate } from '@paydeck/dashboard/build';

/** Builds the page if its sources have changed. A server serves the page that exists when it starts. */
export async function ensurePageIsBuilt(): Promise<void> {
  if (!isPageUpToDate()) await promisify(execFile)(process.execPath, [buildScript]);
}
