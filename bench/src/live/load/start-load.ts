import { startWorker } from '../../worker-process.ts';
import type { ReceiversAnswer, ReceiversRequest } from './receivers.ts';

/** Subscribers in a process of their own. */
export function startReceivers() {
  return startWorker<ReceiversRequest, ReceiversAnswer>(new URL('./receivers.ts', import.meta.url));
}
