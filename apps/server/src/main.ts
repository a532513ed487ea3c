// First, so that it holds for all other modules even when the flag of `pnpm start` is missing, as in `pnpm dev`.
import './compile-cache.js';

await import('./run-until-signal.ts');
