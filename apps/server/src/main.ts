import { enableCompileCache } from 'node:module';

// Enabled before the import of everything else: later starts read the compiled modules from a cache in the temporary folder.
enableCompileCache();
await import('./run-until-signal.ts');
