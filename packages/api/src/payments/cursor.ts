import type { PaymentPlace } from '@paydeck/db/payment-pages';
import { z } from 'zod';
import { AppError } from '../errors.ts';

const sides = { n: 'older', p: 'newer' } as const;

/** An opaque text for a place in the list and the side of it to read: the older payments, or the newer ones. */
export function encodeCursor({ createdAt, id, side }: PaymentPlace): string {
  const text = `${side === 'older' ? 'n' : 'p'}.${createdAt.getTime()}.${id}`;
  return Buffer.from(text).toString('base64url');
}

const place = z.tuple([z.enum(['n', 'p']), z.coerce.number().int().min(-8.64e15).max(8.64e15), z.uuid()]);

/** Reverses `encodeCursor`. Throws `invalid_cursor` for any other text. */
export function decodeCursor(cursor: string): PaymentPlace {
  const parsed = place.safeParse(Buffer.from(cursor, 'base64url').toString().split('.'));
  if (!parsed.success) {
    throw new AppError(
      'invalid_cursor',
      'The cursor must come from a previous page. Start again from the first page.',
    );
  }
  const [direction, createdAt, id] = parsed.data;
  return { side: sides[direction], createdAt: new Date(createdAt), id };
}
