import { enableCompileCache } from 'node:module';

// Before anything else is loaded: later starts read compiled modules from a cache in the temporary folder.
enableCompileCache();
await import('./run-server.ts');
