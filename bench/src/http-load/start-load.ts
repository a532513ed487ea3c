import { startWorker, type WorkerProcess } from '../worker-process.ts';
import type { LoadRequest } from './load-process.ts';
import type { LoadAnswer } from './tally.ts';

export type HttpLoad = WorkerProcess<LoadRequest, LoadAnswer>;

/** Starts a process that calls servers over HTTP. */
export const startHttpLoad = (): HttpLoad =>
  startWorker<LoadRequest, LoadAnswer>(new URL('./load-process.ts', import.meta.url));
