import type { PaymentStatus } from '@paydeck/contract/payments';

/** One write of the workload, with its idempotency key. */
export type Write = {
  key: string;
  path: 'payments.create' | 'payments.createMany' | 'payments.update';
  /** The receivers of the payments that it creates. Each exists once in a run. */
  receivers: readonly string[];
  /** `lost`: it was acknowledged, and then a fault took the database back to a time before it. */
  state: 'unanswered' | 'acknowledged' | 'refused' | 'lost';
  /** The payments of the answer. */
  payments: readonly AcknowledgedPayment[];
};

type AcknowledgedPayment = {
  id: string;
  status: PaymentStatus;
  receiver: string;
  amountMinor: number;
};

/** Every write of a run, in the order in which they were sent. */
export type Ledger = {
  readonly writes: readonly Write[];
  /** The number of payments that were acknowledged and not lost. */
  readonly acknowledgedPayments: number;
  /** Grows when acknowledged writes are lost. A read that began in another era says nothing about this one. */
  readonly era: number;
  open(write: Pick<Write, 'key' | 'path' | 'receivers'>): Write;
  acknowledge(write: Write, payments: readonly AcknowledgedPayment[]): void;
  refuse(write: Write): void;
  /** The database went back to the time of a `mark`, the number of writes then. Returns how many acknowledged ones are lost. */
  loseSince(mark: number): number;
  /** The same for writes since the mark whose keys are not stored: a replica had only some of them. */
  loseMissing(mark: number, storedKeys: ReadonlySet<string>): number;
  /** Begins another era, when all servers see the earlier state. */
  beginEra(): void;
  /** The payments that must be stored, with the last state that was acknowledged. */
  expectedPayments(): Map<string, AcknowledgedPayment>;
};

/** An empty ledger. */
export function createLedger(): Ledger {
  const writes: Write[] = [];
  let acknowledgedPayments = 0;
  let era = 0;
  const creates = ({ path }: Write) => path !== 'payments.update';
  const lose = (candidates: readonly Write[]) => {
    const lost = candidates.filter(({ state }) => state === 'acknowledged');
    for (const write of lost) {
      write.state = 'lost';
      if (creates(write)) acknowledgedPayments -= write.payments.length;
    }
    era += 1;
    return lost.length;
  };
  return {
    writes,
    get acknowledgedPayments() {
      return acknowledgedPayments;
    },
    get era() {
      return era;
    },
    open: (given) => {
      const write: Write = { ...given, state: 'unanswered', payments: [] };
      writes.push(write);
      return write;
    },
    acknowledge: (write, payments) => {
      write.state = 'acknowledged';
      write.payments = payments;
      if (creates(write)) acknowledgedPayments += payments.length;
    },
    refuse: (write) => {
      write.state = 'refused';
    },
    loseSince: (mark) => lose(writes.slice(mark)),
    loseMissing: (mark, storedKeys) => lose(writes.slice(mark).filter(({ key }) => !storedKeys.has(key))),
    beginEra: () => {
      era += 1;
    },
    expectedPayments: () => {
      const expected = new Map<string, AcknowledgedPayment>();
      for (const write of writes) {
        if (write.state !== 'acknowledged') continue;
        for (const payment of write.payments) {
          if (creates(write) || expected.has(payment.id)) expected.set(payment.id, payment);
        }
      }
      return expected;
    },
  };
}
