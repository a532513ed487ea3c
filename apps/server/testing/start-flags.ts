import { readFileSync } from 'node:fs';
import { z } from 'zod';

const manifest = z
  .object({ scripts: z.object({ start: z.string() }) })
  .parse(JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')));

/** The flags of `pnpm start` for Node, so that tests and benchmarks run the server as users do. */
export const startFlags: readonly string[] = manifest.scripts.start
  .split(' ')
  .filter((word) => word.startsWith('--'));
