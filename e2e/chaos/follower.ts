import { z } from 'zod';

/** One event of a payment, as a follower got it. */
export type SeenEvent = { position: number; paymentId: string; status: string };

/** The events without an interruption of the guarantee: after the start, or after a reset. */
type Segment = { after: number; events: SeenEvent[] };

/** A program that follows every change of payments through all faults, and resumes after its last event. */
export type Follower = {
  kind: 'raw socket' | 'raw event stream' | 'typed client';
  /** The last segment is the present one. Each earlier one ended with a reset. */
  segments: readonly Segment[];
  /** Everything besides events, resets and lost connections, such as an error. */
  surprises: readonly string[];
  /** How often it connected. */
  connects(): number;
  close(): Promise<void>;
};

export const eventShape = z.union([
  z.object({ type: z.literal('reset') }),
  z.object({
    type: z.enum(['payment_created', 'payment_updated']),
    payment: z.object({ id: z.string(), status: z.string() }),
  }),
]);
export type LiveEvent = z.output<typeof eventShape>;

/** The log position in an event's id. */
const positionOf = (id: string | number): number => Number(/\d+$/.exec(String(id))?.[0]);

/** Collects the events of a follower that starts after a position. */
export function createRecord(after: string) {
  const segments: Segment[] = [{ after: positionOf(after), events: [] }];
  let lastId = after;
  return {
    segments,
    /** Where to resume. */
    lastId: () => lastId,
    receive: (id: string, event: LiveEvent) => {
      lastId = id;
      if (event.type === 'reset') segments.push({ after: positionOf(id), events: [] });
      else {
        const { id: paymentId, status } = event.payment;
        segments.at(-1)?.events.push({ position: positionOf(id), paymentId, status });
      }
    },
  };
}

/** The position that a follower has reached. */
export function reachedPosition({ segments }: Follower): number {
  const segment = segments.at(-1);
  return segment?.events.at(-1)?.position ?? segment?.after ?? 0;
}
