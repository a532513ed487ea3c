import { startWorker } from '../../worker-process.ts';
import type { CutClientsAnswer, CutClientsRequest } from './cut-clients.ts';
import type { ReceiversAnswer, ReceiversRequest } from './receivers.ts';

/** Starts the process of the subscribers. */
export function startReceivers() {
  return startWorker<ReceiversRequest, ReceiversAnswer>(new URL('./receivers.ts', import.meta.url));
}

/** Starts the process of the clients that are cut and reconnect. */
export function startCutClients() {
  return startWorker<CutClientsRequest, CutClientsAnswer>(new URL('./cut-clients.ts', import.meta.url));
}
