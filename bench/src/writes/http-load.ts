/** The process of the clients that write. Each one calls again when its last call is answered. */
import { callsPerSecond, type Load } from '../measure.ts';
import { postMutation, type WriteTarget } from '../post.ts';
import { answerRequests } from '../worker-process.ts';
import { samplePayment } from './sample-payment.ts';

export type LoadRequest = Load & WriteTarget;
export type LoadAnswer = {
  /** Payments created. */
  perSecond: number;
  /** Calls that failed. */
  refused: number;
  /** Why the last of them failed. */
  lastRefusal: string | null;
};

let n = 0;

answerRequests(async (load: LoadRequest): Promise<LoadAnswer> => {
  let created = 0;
  let refused = 0;
  let lastRefusal: string | null = null;
  const rate = await callsPerSecond(load, async () => {
    n += 1;
    try {
      await postMutation(load, 'payments.create', samplePayment(n));
      created += 1;
    } catch (error) {
      refused += 1;
      lastRefusal = String(error);
    }
  });
  return { perSecond: (rate * created) / (created + refused), refused, lastRefusal };
});
