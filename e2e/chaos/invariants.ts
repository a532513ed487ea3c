import type { Database } from '@paydeck/db/connection';
import { findBrokenWrites, loggedChanges } from '@paydeck/server/testing/stored-state';
import { z } from 'zod';
import type { Follower, SeenEvent } from './follower.ts';
import type { Ledger } from './ledger.ts';

export type Findings = {
  violations: string[];
  figures: { acknowledgedWrites: number; lostBySteppingBack: number; payments: number; events: number };
};

const rowShape = z.object({
  id: z.string(),
  status: z.string(),
  receiver: z.string(),
  amountMinor: z.coerce.number(),
});
const keyShape = z.object({ key: z.string() });

/**
 * Compares what was acknowledged and what was seen with what is stored. No write may run.
 * `stepsBack` is how often a fault took the database back in time. Only then may a follower be reset.
 */
export async function findViolations(
  db: Database,
  { ledger, followers, stepsBack }: { ledger: Ledger; followers: readonly Follower[]; stepsBack: number },
): Promise<Findings> {
  const violations = await findBrokenWrites(db);
  const rows = await db.orm.execute(
    `select id, status, receiver, amount_minor as "amountMinor" from payments`,
  );
  const stored = new Map(rows.map((row) => keyShapeOf(row)));
  violations.push(...findMissing(ledger, stored), ...findHalves(ledger, stored));
  const keys = new Set(
    (await db.orm.execute('select key from idempotency_keys')).map((row) => keyShape.parse(row).key),
  );
  for (const { key, state } of ledger.writes) {
    if ((state === 'acknowledged') !== keys.has(key))
      violations.push(`key ${key} is ${state} and ${keys.has(key) ? '' : 'not '}stored`);
  }

  const log = (await loggedChanges(db)).map(({ position, payment: { id, status } }) => ({
    position,
    paymentId: id,
    status,
  }));
  for (const [n, follower] of followers.entries()) {
    violations.push(
      ...findUnfaithful(follower, log, stepsBack).map((what) => `follower ${n} (${follower.kind}): ${what}`),
    );
  }
  const count = (wanted: string) => ledger.writes.filter(({ state }) => state === wanted).length;
  return {
    violations,
    figures: {
      acknowledgedWrites: count('acknowledged'),
      lostBySteppingBack: count('lost'),
      payments: stored.size,
      events: log.length,
    },
  };
}

type StoredPayment = z.output<typeof rowShape>;

function keyShapeOf(row: unknown): [string, StoredPayment] {
  const payment = rowShape.parse(row);
  return [payment.id, payment];
}

/** Acknowledged payments that are missing or differ. */
function findMissing(ledger: Ledger, stored: ReadonlyMap<string, StoredPayment>): string[] {
  return [...ledger.expectedPayments().values()].flatMap(({ id, status, receiver, amountMinor }) => {
    const row = stored.get(id);
    if (row === undefined) return [`payment ${id} was acknowledged and is missing`];
    const isSame = row.status === status && row.receiver === receiver && row.amountMinor === amountMinor;
    return isSame
      ? []
      : [
          `payment ${id} was acknowledged as ${status}, ${amountMinor} and is ${row.status}, ${row.amountMinor}`,
        ];
  });
}

/** Calls of which some payments are stored and others not. */
function findHalves(ledger: Ledger, stored: ReadonlyMap<string, StoredPayment>): string[] {
  const receivers = new Set([...stored.values()].map(({ receiver }) => receiver));
  return ledger.writes.flatMap((write) => {
    const count = write.receivers.filter((receiver) => receivers.has(receiver)).length;
    const isWhole = count === write.receivers.length || count === 0;
    return isWhole ? [] : [`${count} of ${write.receivers.length} payments of ${write.key} are stored`];
  });
}

/** Compares the events of a follower with the log. Its present segment must be the log; the ones before must be in order. */
export function findUnfaithful(follower: Follower, log: readonly SeenEvent[], stepsBack: number): string[] {
  const { segments, surprises } = follower;
  const wrong = surprises.slice(0, 5).map((surprise) => `surprise ${surprise}`);
  const resets = segments.length - 1;
  if (resets > 0 && stepsBack === 0) wrong.push(`${resets} resets without a reason`);
  for (const { events } of segments) {
    const unordered = events.filter(({ position }, n) => position <= (events[n - 1]?.position ?? 0)).length;
    if (unordered > 0) wrong.push(`${unordered} events twice or out of order`);
  }
  const present = segments.at(-1);
  if (present === undefined) return wrong;
  const expected = new Map(
    log.filter(({ position }) => position > present.after).map((event) => [event.position, event]),
  );
  const seen = new Map(present.events.map((event) => [event.position, event]));
  const missing = [...expected.keys()].filter((position) => !seen.has(position));
  const invented = [...seen.values()].filter((event) => {
    const logged = expected.get(event.position);
    return logged?.paymentId !== event.paymentId || logged.status !== event.status;
  });
  if (missing.length > 0)
    wrong.push(`${missing.length} of ${expected.size} events missing, first ${missing[0]}`);
  if (invented.length > 0) wrong.push(`${invented.length} events that the log doesn't have`);
  return wrong;
}
