import { startWorker } from '../../worker-process.ts';
import type { CutClientsAnswer, CutClientsRequest } from './cut-clients.ts';
import type { ReceiversAnswer, ReceiversRequest } from './receivers.ts';

/** Subscribers in a process of their own. */
export function startReceivers() {
  return startWorker<ReceiversRequest, ReceiversAnswer>(new URL('./receivers.ts', import.meta.url));
}

/** Clients that reconnect, behind a network that cuts them, in a process of their own. */
export function startCutClients() {
  return startWorker<CutClientsRequest, CutClientsAnswer>(new URL('./cut-clients.ts', import.meta.url));
}
