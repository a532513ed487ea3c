import { currenciesInUse, payment, paymentId } from '@paydeck/api/payments-schema';
import { appRouter } from '@paydeck/api/router';
import { longReadRefusals, type Operation, operation } from '../operation.ts';
import { filterFrom, minorUnits } from '../query.ts';
import { listQuery, newPayment, paymentChange, paymentList } from '../shapes.ts';

const { payments } = appRouter;

export const paymentOperations: readonly Operation[] = [
  operation({
    method: 'GET',
    path: '/payments',
    tag: 'payments',
    summary: 'List payments, newest first',
    access: 'signed-in',
    query: listQuery,
    status: 200,
    reply: paymentList,
    refusals: longReadRefusals,
    handle: async ({ call, settings }) => {
      const found = await call(payments.list, ({ query }) => ({
        filter: filterFrom(query, settings),
        page: query.cursor === undefined ? (query.page ?? 1) : query.page,
        cursor: query.cursor,
        limit: query.limit,
      }));
      return {
        data: found.items,
        total: found.total,
        page: found.page,
        totalPages: found.totalPages,
        ...(found.nextCursor !== null && { nextCursor: found.nextCursor }),
        ...(!found.totalIsExact && { totalIsExact: false as const }),
        ...(found.searchedTo && { searchedTo: found.searchedTo }),
      };
    },
  }),
  operation({
    method: 'GET',
    path: '/payments/currencies',
    tag: 'payments',
    summary: 'Get the default currency and the currencies of all payments',
    access: 'signed-in',
    status: 200,
    reply: currenciesInUse,
    handle: ({ call }) => call(payments.currencies, () => undefined),
  }),
  operation({
    method: 'GET',
    path: '/payments/:id',
    tag: 'payments',
    summary: 'Get a payment',
    access: 'signed-in',
    params: paymentId,
    status: 200,
    reply: payment,
    refusals: { 404: 'There is no payment with this id.' },
    handle: ({ call }) => call(payments.byId, ({ params }) => params),
  }),
  operation({
    method: 'POST',
    path: '/payments',
    tag: 'payments',
    summary: 'Record a payment',
    access: 'admin',
    takesIdempotencyKey: true,
    body: newPayment,
    status: 201,
    reply: payment,
    refusals: { 429: 'Too many payments are waiting to be written.' },
    example: {
      body: {
        amount: 1250,
        method: 'credit_card',
        status: 'success',
        receiver: 'John Doe',
        description: 'Online purchase',
      },
    },
    handle: ({ call, settings }) =>
      call(payments.create, ({ body: { amount, ...rest } }) => ({
        ...rest,
        amountMinor: minorUnits('amount', amount, rest.currency ?? settings.defaultCurrency),
      })),
  }),
  operation({
    method: 'PATCH',
    path: '/payments/:id',
    tag: 'payments',
    summary: 'Settle a pending payment, or correct a receiver or a description',
    access: 'admin',
    takesIdempotencyKey: true,
    params: paymentId,
    body: paymentChange,
    status: 200,
    reply: payment,
    refusals: {
      404: 'There is no payment with this id.',
      409: 'The payment is already settled. Only a pending payment can change its status.',
    },
    example: { body: { status: 'failed', failureCode: 'card_declined' } },
    handle: ({ call }) => call(payments.update, ({ params, body }) => ({ ...body, ...params })),
  }),
];
