/** The process that plays clients who write: it gets a `LoadRequest` and answers with calls per second. */
import { callsPerSecond, type Load } from '../measure.ts';
import { postMutation, type WriteTarget } from '../post.ts';
import { answerRequests } from '../worker-process.ts';
import { samplePayment } from './sample-payment.ts';

export type LoadRequest = Load & WriteTarget;

let n = 0;

answerRequests((load: LoadRequest) =>
  callsPerSecond(load, () => {
    n += 1;
    return postMutation(load, 'payments.create', samplePayment(n));
  }),
);
