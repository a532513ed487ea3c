/**
 * Keeps compiled modules in the temporary folder, where later starts find them. `pnpm start` loads this file before all others
 * (--import). It is JavaScript, because Node loads its TypeScript compiler (40 ms, 17 MB) at the first TypeScript file that
 * the cache doesn't have.
 */
import { enableCompileCache } from 'node:module';

enableCompileCache();
