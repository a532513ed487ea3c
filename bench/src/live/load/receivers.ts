/** The process of the subscribers. It counts the events that arrive, and times single events. */
import { setTimeout as delay } from 'node:timers/promises';
import { postMutation } from '../../post.ts';
import { answerRequests } from '../../worker-process.ts';
import { samplePayment } from '../../writes/sample-payment.ts';
import { type Subscriber, subscribe } from './subscribe.ts';
import type { Target } from './target.ts';

export type ReceiversRequest =
  /** Opens sockets. The first `stalled` of them read nothing. */
  | { do: 'connect'; target: Target; sockets: number; stalled: number }
  /** Writes payments one by one. Each has reached all subscribers, and a pause has passed, before the next is written. */
  | { do: 'time-events'; target: Target; events: number; pauseMs: number }
  | { do: 'count' }
  /** Lets the stalled sockets read, so that they notice whether they were closed. */
  | { do: 'wake' }
  | { do: 'close' };

export type TimedEvent = {
  /** From sending the write to its answer. */
  answerMs: number;
  /** From sending the write until half of the sockets had the event. */
  medianDeliveryMs: number;
  /** From sending the write to the last socket that got the event. */
  lastDeliveryMs: number;
};

export type ReceiversAnswer = {
  timed: TimedEvent[];
  /** Events that all reading subscribers together have received so far. */
  received: number;
  /** The size of the last event as it arrived, including the protocol's own bytes. */
  eventBytes: number;
  openReaders: number;
  openStalled: number;
};

const connectsAtOnce = 50;
const deliveryDeadlineMs = 60_000;

let subscribers: Subscriber[] = [];
let received = 0;
let eventBytes = 0;
let openReaders = 0;
let openStalled = 0;
let awaited = Number.POSITIVE_INFINITY;
let half = Number.POSITIVE_INFINITY;
let halfAt = 0;
let onAwaited = () => {};
let onLost = (_reason: string) => {};
let n = 0;

const onEvent = (bytes: number) => {
  eventBytes = bytes;
  received += 1;
  if (received === half) halfAt = performance.now();
  if (received >= awaited) onAwaited();
};

answerRequests(async (request: ReceiversRequest): Promise<ReceiversAnswer> => {
  const timed: TimedEvent[] = [];
  if (request.do === 'connect') await connect(request);
  if (request.do === 'close') close();
  if (request.do === 'wake') for (const subscriber of subscribers) subscriber.wake();
  if (request.do === 'time-events') {
    for (let i = 0; i < request.events; i += 1) {
      timed.push(await timeEvent(request.target));
      await delay(request.pauseMs);
    }
  }
  return { timed, received, eventBytes, openReaders, openStalled };
});

async function connect({ target, sockets, stalled }: ReceiversRequest & { do: 'connect' }): Promise<void> {
  let next = 0;
  const connectSome = async () => {
    while (next < sockets) {
      const isStalled = next < stalled;
      next += 1;
      const subscriber = await subscribe(target, {
        onEvent,
        onClose: (reason) => {
          if (isStalled) openStalled -= 1;
          else openReaders -= 1;
          onLost(reason);
        },
      });
      subscribers.push(subscriber);
      if (isStalled) {
        openStalled += 1;
        subscriber.stall();
      } else openReaders += 1;
    }
  };
  await Promise.all(Array.from({ length: connectsAtOnce }, connectSome));
}

function close(): void {
  for (const subscriber of subscribers) subscriber.close();
  subscribers = [];
  received = 0;
  openReaders = 0;
  openStalled = 0;
}

async function timeEvent(target: Target): Promise<TimedEvent> {
  const delivered = new Promise<number>((resolve, reject) => {
    const deadline = setTimeout(() => {
      const missing = awaited - received;
      reject(new Error(`An event did not reach ${missing} sockets within ${deliveryDeadlineMs / 1_000} s.`));
    }, deliveryDeadlineMs);
    awaited = received + openReaders;
    half = received + Math.ceil(openReaders / 2);
    onAwaited = () => {
      clearTimeout(deadline);
      resolve(performance.now());
    };
    onLost = (reason) => reject(new Error(`A socket was lost while events were timed: ${reason}.`));
  });
  n += 1;
  const sentAt = performance.now();
  const answered = postMutation(target, 'payments.create', samplePayment(n)).then(() => performance.now());
  const [deliveredAt, answeredAt] = await Promise.all([delivered, answered]);
  awaited = Number.POSITIVE_INFINITY;
  onLost = () => {};
  return {
    answerMs: answeredAt - sentAt,
    medianDeliveryMs: halfAt - sentAt,
    lastDeliveryMs: deliveredAt - sentAt,
  };
}
