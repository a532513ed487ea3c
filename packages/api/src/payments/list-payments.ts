import type { Database } from '@paydeck/db/connection';
import { type Payment, selectPayment, selectPaymentPage } from '@paydeck/db/payments';
import type { z } from 'zod';
import { AppError } from '../errors.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { KnownTotals } from './known-totals.ts';
import type { listPaymentsInput, paymentPage } from './schema.ts';

/** A page of payments, newest first, by page number or by cursor. Reason: `invalid_cursor`. */
export async function listPayments(
  { db, knownTotals }: { db: Database; knownTotals: KnownTotals },
  { filter, page, cursor, limit }: z.output<typeof listPaymentsInput>,
): Promise<z.output<typeof paymentPage>> {
  const place = cursor === undefined ? undefined : decodeCursor(cursor);
  const pageNumber = page ?? 1;
  const read = await selectPaymentPage(db, {
    filter,
    limit,
    known: knownTotals.of(filter),
    ...(place === undefined ? { offset: (pageNumber - 1) * limit } : { place }),
  });
  knownTotals.remember(filter, read);
  const { items, hasMore, total, totalIsExact, asOf } = read;
  const [first, last] = [items[0], items.at(-1)];
  // The payment that a cursor was made of is on the other side of the page, so there is a page on that side.
  const hasOlder = place?.side === 'newer' || hasMore;
  const hasNewer = place === undefined ? pageNumber > 1 : place.side === 'older' || hasMore;
  return {
    items,
    total,
    totalIsExact,
    page: place === undefined ? pageNumber : null,
    totalPages: Math.ceil(total / limit),
    nextCursor: hasOlder && last ? encodeCursor({ ...last, side: 'older' }) : null,
    prevCursor: hasNewer && first ? encodeCursor({ ...first, side: 'newer' }) : null,
    asOf,
  };
}

/** A payment by id. Reason: `payment_not_found`. */
export async function getPayment({ db }: { db: Database }, id: string): Promise<Payment> {
  const payment = await selectPayment(db, id);
  if (payment === null) throw new AppError('payment_not_found', 'There is no payment with this id.');
  return payment;
}
