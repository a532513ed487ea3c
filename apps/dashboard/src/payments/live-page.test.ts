import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyChanges, isIncomplete, type LivePage, type PaymentChange } from './live-page.ts';
import type { Payment } from './payment-words.ts';

const limit = 5;

function paymentOf(n: number, status: Payment['status']): Payment {
  const at = new Date(Date.UTC(2026, 0, 1, 0, 0, Math.floor(n / 2)));
  return {
    // Two payments share an instant, so their ids decide.
    id: `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`,
    amountMinor: 100,
    currency: 'USD',
    method: 'credit_card',
    status,
    receiver: `Receiver ${n}`,
    description: null,
    failureCode: null,
    failureMessage: null,
    createdAt: at,
    updatedAt: at,
  };
}

/** The server's answer for the pending payments. */
function firstPage(all: ReadonlyMap<string, Payment>, asOf: number): LivePage {
  const matching = [...all.values()]
    .filter(({ status }) => status === 'pending')
    .sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime() || (a.id < b.id ? 1 : -1));
  return {
    items: matching.slice(0, limit),
    total: matching.length,
    totalIsExact: true,
    page: 1,
    totalPages: Math.ceil(matching.length / limit),
    nextCursor: matching.length > limit ? 'next' : null,
    prevCursor: null,
    asOf,
  };
}

/** Payments that are created and settled in any order; each step is an event of the log. */
const history = fc.array(
  fc.record({ n: fc.nat(30), status: fc.constantFrom('pending', 'success', 'failed') }),
  {
    maxLength: 40,
  },
);

/** Applies a history to payments, and gives the changes of the list of pending ones. */
function play(
  all: Map<string, Payment>,
  steps: readonly { n: number; status: Payment['status'] }[],
  from: number,
) {
  return steps.flatMap(({ n, status }, index): PaymentChange[] => {
    const payment = paymentOf(n, status);
    const wasIn = all.get(payment.id)?.status === 'pending';
    const isIn = status === 'pending';
    all.set(payment.id, payment);
    if (!wasIn && !isIn) return [];
    const membership = wasIn ? (isIn ? 'updated' : 'left') : 'entered';
    return [{ position: from + index + 1, membership, payment }];
  });
}

/** A page that is read after one history, with the changes of another applied. */
function readAndApply(
  before: Parameters<typeof play>[1],
  after: Parameters<typeof play>[1],
  rowsMayMove: boolean,
) {
  const all = new Map<string, Payment>();
  play(all, before, 0);
  const read = firstPage(all, before.length);
  const changes = play(all, after, before.length);
  const page = applyChanges(read, changes, { limit, rowsMayMove });
  return { read, changes, page, fresh: firstPage(all, page.asOf) };
}

test('a first page with changes applied shows the same rows and total as one read afresh', () => {
  fc.assert(
    fc.property(history, history, (before, after) => {
      const { page, fresh } = readAndApply(before, after, true);
      expect(page.heldBack).toBeUndefined();
      expect([page.total, page.totalPages]).toEqual([fresh.total, fresh.totalPages]);
      // When rows leave, only the server knows which payments fill their places.
      expect(page.items).toEqual(fresh.items.slice(0, page.items.length));
      expect(isIncomplete(page, limit)).toBe(page.items.length < fresh.items.length);
    }),
    { numRuns: 1_000 },
  );
});

test('when rows may not move, each keeps its place, and what it does not show is held back', () => {
  fc.assert(
    fc.property(history, history, (before, after) => {
      const { read, changes, page, fresh } = readAndApply(before, after, false);
      expect(page.items.map(({ id }) => id)).toEqual(read.items.map(({ id }) => id));
      expect(page.total).toBe(fresh.total);
      const shown = new Set(read.items.map(({ id }) => id));
      const [entered, left] = [new Set<string>(), new Set<string>()];
      for (const { membership, payment } of changes) {
        const [leaving, coming] = shown.has(payment.id) ? [left, null] : [null, entered];
        if (membership === 'left') leaving?.add(payment.id);
        if (membership === 'left') coming?.delete(payment.id);
        if (membership === 'entered') leaving?.delete(payment.id);
        if (membership === 'entered') coming?.add(payment.id);
      }
      expect(page.heldBack?.entered ?? []).toEqual([...entered]);
      expect(page.heldBack?.left ?? []).toEqual([...left]);
      // They stay in their places until the page is read again, so that none is missing between others.
      const later = {
        position: page.asOf + 1,
        membership: 'entered',
        payment: paymentOf(40, 'pending'),
      } as const;
      const afterIt = applyChanges(page, [later], { limit, rowsMayMove: true });
      expect(afterIt.items.some(({ id }) => id === later.payment.id)).toBe(page.heldBack === undefined);
      if (page.heldBack !== undefined) expect(isIncomplete(afterIt, limit)).toBe(true);
    }),
  );
});

test('changes that the page includes, or that were applied before, are skipped', () => {
  const all = new Map<string, Payment>();
  const changes = play(
    all,
    [
      { n: 1, status: 'pending' },
      { n: 2, status: 'pending' },
    ],
    0,
  );
  const read = firstPage(all, 2);
  expect(applyChanges(read, changes, { limit, rowsMayMove: true })).toBe(read);
  const more = [...changes, ...play(all, [{ n: 3, status: 'pending' }], 2)];
  const once = applyChanges(read, more, { limit, rowsMayMove: true });
  expect(once.total).toBe(3);
  expect(applyChanges(once, more, { limit, rowsMayMove: true })).toBe(once);
});

test('the page of a search that stopped keeps its cursor until a row is pushed out', () => {
  const searched: LivePage = {
    ...firstPage(new Map(), 0),
    items: [8, 6].map((n) => paymentOf(n, 'pending')),
    totalIsExact: false,
    searchedTo: new Date(Date.UTC(2026, 0, 1)),
    nextCursor: 'further',
  };
  const enter = (page: LivePage, n: number): LivePage =>
    applyChanges(
      page,
      [{ position: page.asOf + 1, membership: 'entered', payment: paymentOf(n, 'pending') }],
      { limit, rowsMayMove: true },
    );

  // It is older than the last row, so the part that was not searched may have payments in between.
  expect(enter(searched, 4)).toMatchObject({ items: searched.items, nextCursor: 'further' });
  const full = [10, 12, 14].reduce(enter, searched);
  expect(full.items).toHaveLength(limit);
  expect(full.nextCursor).toBe('further');
  expect(enter(full, 16).nextCursor).toBeNull();

  const left = applyChanges(
    searched,
    [{ position: 1, membership: 'left', payment: paymentOf(6, 'success') }],
    { limit, rowsMayMove: true },
  );
  expect(left).toMatchObject({ items: [paymentOf(8, 'pending')], nextCursor: 'further' });
});
