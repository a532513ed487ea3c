import type { Database } from '@paydeck/db/connection';
import { selectPaymentPage } from '@paydeck/db/payment-pages';
import { type Payment, selectPayment } from '@paydeck/db/payments';
import type { z } from 'zod';
import { AppError } from '../errors.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { KnownTotals } from './known-totals.ts';
import type { PageAnswers } from './page-answers.ts';
import type { listPaymentsInput, paymentPage } from './schema.ts';

/**
 * A page of payments, newest first, by page number or by cursor. Reasons: `invalid_cursor`; `query_too_expensive` for a page by
 * number of a filter by amount or text.
 */
export function listPayments(
  { pageAnswers, ...source }: { pageAnswers: PageAnswers } & ListSource,
  input: z.output<typeof listPaymentsInput>,
): Promise<z.output<typeof paymentPage>> {
  const { db, knownTotals } = source;
  return pageAnswers.share(JSON.stringify(input), db, (owned) => readPage({ db: owned, knownTotals }, input));
}

type ListSource = { db: Database; knownTotals: KnownTotals };

async function readPage(
  { db, knownTotals }: ListSource,
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
  const { items, hasMore, total, totalIsExact, searchedTo, asOf } = read;
  // Both cursors of an empty page begin where the page's own cursor begins.
  const [first, last] = [items[0] ?? place, items.at(-1) ?? place];
  // The payment that a cursor was made of is on the other side of the page, so there is a page on that side.
  const hasOlder = place?.side === 'newer' || hasMore;
  const hasNewer = place === undefined ? pageNumber > 1 : place.side === 'older' || hasMore;
  const older = searchedTo?.side === 'older' ? searchedTo : hasOlder && last;
  const newer = searchedTo?.side === 'newer' ? searchedTo : hasNewer && first;
  return {
    items,
    total,
    totalIsExact,
    ...(searchedTo && { searchedTo: searchedTo.createdAt }),
    page: place === undefined ? pageNumber : null,
    totalPages: Math.ceil(total / limit),
    nextCursor: older ? encodeCursor({ ...older, side: 'older' }) : null,
    prevCursor: newer ? encodeCursor({ ...newer, side: 'newer' }) : null,
    asOf,
  };
}

/** A payment by id. Reason: `payment_not_found`. */
export async function getPayment({ db }: { db: Database }, id: string): Promise<Payment> {
  const payment = await selectPayment(db, id);
  if (payment === null) throw new AppError('payment_not_found', 'There is no payment with this id.');
  return payment;
}
