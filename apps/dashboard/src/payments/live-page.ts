import type { RouterOutputs } from '@paydeck/client';
import type { Payment } from './payment-words.ts';

/** A page as it was read, moved on by what happened since. */
export type LivePage = RouterOutputs['payments']['list'];

export type PaymentChange = {
  /** Where the event stands in the log. */
  position: number;
  membership: 'entered' | 'updated' | 'left';
  payment: Payment;
};

type Moved = {
  page: LivePage;
  /** The positions at which payments came into the filtered list without being shown. */
  unseen: readonly number[];
};

/**
 * Applies changes of the filtered list, in order, to a page of it; those that it was read with are passed over. Rows
 * move only when `mayMove`: otherwise what comes is counted, and what goes stays until the page is read again.
 */
export function applyChanges(
  page: LivePage,
  changes: readonly PaymentChange[],
  { limit, mayMove }: { limit: number; mayMove: boolean },
): Moved {
  let moved: Moved = { page, unseen: [] };
  for (const change of changes) {
    if (change.position > moved.page.asOf) moved = applyChange(moved, change, limit, mayMove);
  }
  return moved;
}

function applyChange(
  { page, unseen }: Moved,
  { position, membership, payment }: PaymentChange,
  limit: number,
  mayMove: boolean,
): Moved {
  const counted = { ...page, ...countsAfter(page, membership, limit), asOf: position };
  const others = page.items.filter(({ id }) => id !== payment.id);
  const isShown = others.length < page.items.length;

  if (membership === 'left' && isShown && mayMove) {
    return { page: { ...counted, items: others, nextCursor: null }, unseen };
  }
  if (isShown) {
    const items = page.items.map((item) => (item.id === payment.id ? payment : item));
    return { page: { ...counted, items }, unseen };
  }
  if (membership !== 'entered') return { page: counted, unseen };
  if (!mayMove) return { page: counted, unseen: [...unseen, position] };

  const at = page.items.findIndex((item) => isBefore(payment, item));
  // After the last row: between the two may be some that this page has never had, or has had no room for.
  if (at === -1 && page.items.length < page.total) return { page: counted, unseen };
  const items = page.items.toSpliced(at === -1 ? page.items.length : at, 0, payment).slice(0, limit);
  // A cursor made of the last row would pass over the one that was pushed out.
  return { page: { ...counted, items, nextCursor: null }, unseen };
}

function countsAfter(page: LivePage, membership: PaymentChange['membership'], limit: number) {
  if (!page.totalIsExact || membership === 'updated') return {};
  const total = page.total + (membership === 'entered' ? 1 : -1);
  return { total, totalPages: Math.ceil(total / limit) };
}

/** Whether a first page has lost rows that others are to take the place of. */
export const isShort = ({ items, total }: LivePage, limit: number): boolean =>
  items.length < Math.min(limit, total);

/** Newest first; of one instant, the greater id first. */
function isBefore(a: Payment, b: Payment): boolean {
  const [at, bt] = [a.createdAt.getTime(), b.createdAt.getTime()];
  return at === bt ? a.id > b.id : at > bt;
}
