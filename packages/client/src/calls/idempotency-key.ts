import type { Operation } from '@trpc/client';
import type { RouterInputs } from '../router-types.ts';

/** The writes that take a key; a name that is not the router's does not compile. */
const keyedWrites = {
  payments: ['create', 'createMany', 'update'],
} as const satisfies { [R in keyof RouterInputs]?: readonly (keyof RouterInputs[R])[] };

const keyedPaths: ReadonlySet<string> = new Set(
  Object.entries(keyedWrites).flatMap(([name, procedures]) =>
    procedures.map((procedure) => `${name}.${procedure}`),
  ),
);

/**
 * Options for a payment write with a key of your own, such as the number of an order: however often, and from however
 * many processes, it is sent within a day, it is done once. Without it each call gets a random key.
 *
 * @example client.api.payments.create.mutate(payment, withIdempotencyKey('order-4711'))
 */
export function withIdempotencyKey(key: string): { context: { idempotencyKey: string } } {
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw new TypeError('An idempotency key is 1 to 255 visible ASCII characters, without spaces.');
  }
  return { context: { idempotencyKey: key } };
}

/** The key to send with a call, one for all its tries; null for calls that take none. */
export function idempotencyKeyFor({ type, path, context }: Operation): string | null {
  if (type !== 'mutation' || !keyedPaths.has(path)) return null;
  if (typeof context.idempotencyKey !== 'string') return randomIdempotencyKey();
  return withIdempotencyKey(context.idempotencyKey).context.idempotencyKey;
}

/** A key of 128 random bits, for `withIdempotencyKey`. Not `crypto.randomUUID`: browsers have that on https and localhost only. */
export function randomIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
