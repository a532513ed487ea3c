import type { RouterOutputs } from '@paydeck/client';
import type { Payment } from './payment-words.ts';

/** A page as the server answered it, with the changes since then applied. */
export type LivePage = RouterOutputs['payments']['list'];

export type PaymentChange = {
  /** The position of the event in the log. */
  position: number;
  membership: 'entered' | 'updated' | 'left';
  payment: Payment;
};

type PageUpdate = {
  page: LivePage;
  /** The positions of the events whose payments entered the filtered list but are not shown. */
  unseen: readonly number[];
};

/**
 * Applies changes of the filtered list to a page of it, in order. Skips changes up to the page's `asOf`, since the page
 * includes them. Unless `rowsMayMove`, every row keeps its place: a payment that enters is only counted as unseen, and one
 * that leaves stays on the page until it is read again.
 */
export function applyChanges(
  page: LivePage,
  changes: readonly PaymentChange[],
  { limit, rowsMayMove }: { limit: number; rowsMayMove: boolean },
): PageUpdate {
  let update: PageUpdate = { page, unseen: [] };
  for (const change of changes) {
    if (change.position > update.page.asOf) update = applyChange(update, change, limit, rowsMayMove);
  }
  return update;
}

function applyChange(
  { page, unseen }: PageUpdate,
  { position, membership, payment }: PaymentChange,
  limit: number,
  rowsMayMove: boolean,
): PageUpdate {
  const counted = { ...page, ...countsAfter(page, membership, limit), asOf: position };
  const others = page.items.filter(({ id }) => id !== payment.id);
  const isShown = others.length < page.items.length;

  // A search that stopped early continues where it stopped, whatever rows the page shows.
  const searched = page.searchedTo === undefined ? {} : { nextCursor: page.nextCursor };
  if (membership === 'left' && isShown && rowsMayMove) {
    return { page: { ...counted, items: others, nextCursor: null, ...searched }, unseen };
  }
  if (isShown) {
    const items = page.items.map((item) => (item.id === payment.id ? payment : item));
    return { page: { ...counted, items }, unseen };
  }
  if (membership !== 'entered') return { page: counted, unseen };
  if (!rowsMayMove) return { page: counted, unseen: [...unseen, position] };

  const at = page.items.findIndex((item) => isBefore(payment, item));
  // It sorts after the last row. Payments that this page does not have may come in between.
  if (at === -1 && (page.items.length < page.total || page.searchedTo !== undefined))
    return { page: counted, unseen };
  const items = page.items.toSpliced(at === -1 ? page.items.length : at, 0, payment);
  // The old cursor would skip the row that was pushed out.
  const cursor = items.length > limit ? {} : searched;
  return { page: { ...counted, items: items.slice(0, limit), nextCursor: null, ...cursor }, unseen };
}

function countsAfter(page: LivePage, membership: PaymentChange['membership'], limit: number) {
  if (!page.totalIsExact || membership === 'updated') return {};
  const total = page.total + (membership === 'entered' ? 1 : -1);
  return { total, totalPages: Math.ceil(total / limit) };
}

/** Whether rows have left a first page, and the server has other payments that fill their places. */
export const isShort = ({ items, total }: LivePage, limit: number): boolean =>
  items.length < Math.min(limit, total);

/** Newest first. Payments of one instant are ordered by id, the greatest first. */
function isBefore(a: Payment, b: Payment): boolean {
  const [at, bt] = [a.createdAt.getTime(), b.createdAt.getTime()];
  return at === bt ? a.id > b.id : at > bt;
}
