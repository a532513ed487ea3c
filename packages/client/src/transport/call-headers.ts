import type { Operation } from '@trpc/client';

/** The HTTP headers of a call, from the access token and the idempotency key in its context. */
export function callHeaders({ accessToken, idempotencyKey }: Operation['context']): Record<string, string> {
  return {
    ...(typeof accessToken === 'string' && { authorization: `Bearer ${accessToken}` }),
    ...(typeof idempotencyKey === 'string' && { 'idempotency-key': idempotencyKey }),
  };
}
