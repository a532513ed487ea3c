import type { Call } from '../http-load/call.ts';

type Caller = { token: string };

/** A query of Paydeck's tRPC API. */
export const query = ({ token }: Caller, procedure: string, input: object = {}): Call => ({
  method: 'GET',
  path: `/trpc/${procedure}?input=${encodeURIComponent(JSON.stringify(input))}`,
  token,
});

/** A list of 20 payments with their exact total. */
export const list = (caller: Caller, filter: object, page = 1): Call =>
  query(caller, 'payments.list', { filter, page, limit: 20 });

/** More lists than the server keeps answers of: pages 1 to 100 of status=success with 14 to 20 payments. */
export const otherLists = (caller: Caller): Call[] =>
  [14, 15, 16, 17, 18, 19, 20].flatMap((limit) =>
    Array.from({ length: 100 }, (_, n) =>
      query(caller, 'payments.list', { filter: { status: ['success'] }, page: n + 1, limit }),
    ),
  );

export const create = ({ token }: Caller, options: { hasIdempotencyKey?: boolean } = {}): Call => ({
  method: 'POST',
  path: '/trpc/payments.create',
  body: '{payment}',
  token,
  ...options,
});

export const createMany = ({ token }: Caller, paymentsPerCall: number): Call => ({
  method: 'POST',
  path: '/trpc/payments.createMany',
  body: '{"payments":{payments}}',
  paymentsPerCall,
  token,
});

/** Settles the next of the pending payments. */
export const settle = ({ token }: Caller, ids: readonly string[]): Call => ({
  method: 'POST',
  path: '/trpc/payments.update',
  body: '{"id":"{id}","status":"success"}',
  ids,
  token,
});
