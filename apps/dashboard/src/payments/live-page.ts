import type { RouterOutputs } from '@paydeck/client';
import type { Payment } from './payment-words.ts';

/** A page as the server answered it, with the changes since then applied. */
export type LivePage = RouterOutputs['payments']['list'] & { heldBack?: HeldBack };

/**
 * Ids of payments whose rows do not follow the list, because rows must not move. It belongs to the rows: a page that is read again
 * has none.
 */
type HeldBack = {
  /** Entered the list and are not shown. At most `maxEntered`, the latest. */
  entered: readonly string[];
  /** Left the list and are still shown. */
  left: readonly string[];
};

/** More new payments are not counted. */
export const maxEntered = 1_000;

export type PaymentChange = {
  /** The position of the event in the log. */
  position: number;
  membership: 'entered' | 'updated' | 'left';
  payment: Payment;
};

/**
 * Applies changes of the filtered list to a page of it, in order. Skips changes up to the page's `asOf`, since the page
 * includes them. Unless `rowsMayMove`, every row keeps its place, and changes that would move rows are held back. While any
 * change is held back, all rows keep their places: if only the latest changes were applied, payments would be missing
 * between them.
 */
export function applyChanges(
  page: LivePage,
  changes: readonly PaymentChange[],
  { limit, rowsMayMove }: { limit: number; rowsMayMove: boolean },
): LivePage {
  const canMove = rowsMayMove && page.heldBack === undefined;
  let after = page;
  for (const change of changes) {
    if (change.position > after.asOf) after = applyChange(after, change, limit, canMove);
  }
  return after;
}

function applyChange(
  page: LivePage,
  { position, membership, payment }: PaymentChange,
  limit: number,
  rowsMayMove: boolean,
): LivePage {
  const counted = { ...page, ...countsAfter(page, membership, limit), asOf: position };
  const others = page.items.filter(({ id }) => id !== payment.id);
  const isShown = others.length < page.items.length;

  // A search that stopped early continues where it stopped, whatever rows the page shows.
  const searched = page.searchedTo === undefined ? {} : { nextCursor: page.nextCursor };
  if (membership === 'left' && isShown && rowsMayMove) {
    return { ...counted, items: others, nextCursor: null, ...searched };
  }
  if (isShown) {
    const items = page.items.map((item) => (item.id === payment.id ? payment : item));
    return holdBack({ ...counted, items }, 'left', payment.id, membership === 'left');
  }
  if (membership === 'left') return holdBack(counted, 'entered', payment.id, false);
  if (membership !== 'entered') return counted;
  if (!rowsMayMove) return holdBack(counted, 'entered', payment.id, true);

  const at = page.items.findIndex((item) => isBefore(payment, item));
  // It sorts after the last row. Payments that this page does not have may come in between.
  if (at === -1 && (page.items.length < page.total || page.searchedTo !== undefined)) return counted;
  const items = page.items.toSpliced(at === -1 ? page.items.length : at, 0, payment);
  // The old cursor would skip the row that was pushed out.
  const cursor = items.length > limit ? {} : searched;
  return { ...counted, items: items.slice(0, limit), nextCursor: null, ...cursor };
}

/** Adds an id to those held back, or removes it. */
function holdBack(
  { heldBack, ...page }: LivePage,
  list: keyof HeldBack,
  id: string,
  isHeldBack: boolean,
): LivePage {
  const { entered, left } = heldBack ?? { entered: [], left: [] };
  const after = { entered, left };
  after[list] = after[list].filter((other) => other !== id);
  if (isHeldBack) after[list] = [...after[list], id].slice(-maxEntered);
  return after.entered.length + after.left.length === 0 ? page : { ...page, heldBack: after };
}

function countsAfter(page: LivePage, membership: PaymentChange['membership'], limit: number) {
  if (!page.totalIsExact || membership === 'updated') return {};
  const total = page.total + (membership === 'entered' ? 1 : -1);
  return { total, totalPages: Math.ceil(total / limit) };
}

/** Whether only the server knows all rows of a first page: some are held back, or have left and others fill their places. */
export const isIncomplete = ({ items, total, heldBack }: LivePage, limit: number): boolean =>
  heldBack !== undefined || items.length < Math.min(limit, total);

/** Newest first. Payments of one instant are ordered by id, the greatest first. */
function isBefore(a: Payment, b: Payment): boolean {
  const [at, bt] = [a.createdAt.getTime(), b.createdAt.getTime()];
  return at === bt ? a.id > b.id : at > bt;
}
