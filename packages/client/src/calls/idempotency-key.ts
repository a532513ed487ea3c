import { idempotencyKeyPattern, idempotencyKeyRule } from '@paydeck/contract/idempotency-key';
import type { Operation } from '@trpc/client';
import type { RouterInputs } from '../router-types.ts';

/** The writes that take a key. A procedure that the router does not have is a type error. */
const keyedWrites = {
  payments: ['create', 'createMany', 'update'],
} as const satisfies { [R in keyof RouterInputs]?: readonly (keyof RouterInputs[R])[] };

const keyedPaths: ReadonlySet<string> = new Set(
  Object.entries(keyedWrites).flatMap(([name, procedures]) =>
    procedures.map((procedure) => `${name}.${procedure}`),
  ),
);

/**
 * Call options that give a payment write a key of your own, such as an order number: within a day the write happens
 * once, however often and from however many processes it is sent. Without it each call gets a random key. Throws
 * `TypeError` for a key that `idempotencyKeyPattern` does not match.
 *
 * @example client.api.payments.create.mutate(payment, withIdempotencyKey('order-4711'))
 */
export function withIdempotencyKey(key: string): { context: { idempotencyKey: string } } {
  if (!idempotencyKeyPattern.test(key)) throw new TypeError(`The idempotency key ${idempotencyKeyRule}.`);
  return { context: { idempotencyKey: key } };
}

/** The key to send with a call, the same for all its tries; null for a call that takes no key. */
export function idempotencyKeyFor({ type, path, context }: Operation): string | null {
  if (type !== 'mutation' || !keyedPaths.has(path)) return null;
  if (typeof context.idempotencyKey !== 'string') return randomIdempotencyKey();
  return withIdempotencyKey(context.idempotencyKey).context.idempotencyKey;
}

/** 128 random bits, for `withIdempotencyKey`. `crypto.randomUUID` would not do: on plain http browsers do not have it. */
export function randomIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
