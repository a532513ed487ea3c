import type { TRPCRouterRecord } from '@trpc/server';
import { validatedOnce } from '../answers/validated-once.ts';
import { createManyPayments, createPayment } from '../payments/create-payments.ts';
import { importPayments } from '../payments/import-payments.ts';
import { listCurrencies } from '../payments/list-currencies.ts';
import { getPayment, listPayments } from '../payments/list-payments.ts';
import { onPaymentChange } from '../payments/on-change.ts';
import { getPaymentHistory } from '../payments/payment-history.ts';
import {
  createdPayments,
  createPaymentInput,
  createPaymentsInput,
  currenciesInUse,
  importedPayments,
  importPaymentsInput,
  listPaymentsInput,
  onChangeInput,
  payment,
  paymentHistory,
  paymentId,
  paymentPage,
  updatePaymentInput,
} from '../payments/schema.ts';
import { updatePayment } from '../payments/update-payment.ts';
import { adminProcedure, signedInProcedure } from '../trpc.ts';

export const paymentsRouter = {
  list: signedInProcedure
    .input(listPaymentsInput.prefault({}))
    .output(validatedOnce(paymentPage))
    .query(({ ctx, input }) => listPayments(ctx, input)),
  byId: signedInProcedure
    .input(paymentId)
    .output(payment)
    .query(({ ctx, input }) => getPayment(ctx, input.id)),
  history: signedInProcedure
    .input(paymentId)
    .output(paymentHistory)
    .query(({ ctx, input }) => getPaymentHistory(ctx, input.id)),
  currencies: signedInProcedure.output(currenciesInUse).query(({ ctx }) => listCurrencies(ctx)),
  create: adminProcedure
    .input(createPaymentInput)
    .output(payment)
    .mutation(({ ctx, input }) => createPayment(ctx, input)),
  createMany: adminProcedure
    .input(createPaymentsInput)
    .output(createdPayments)
    .mutation(({ ctx, input }) => createManyPayments(ctx, input)),
  import: adminProcedure
    .input(importPaymentsInput)
    .output(importedPayments)
    .mutation(({ ctx, input }) => importPayments(ctx, input)),
  update: adminProcedure
    .input(updatePaymentInput)
    .output(payment)
    .mutation(({ ctx, input }) => updatePayment(ctx, input)),
  onChange: signedInProcedure
    .input(onChangeInput.prefault({}))
    .subscription(({ ctx, input, signal }) => onPaymentChange(ctx, input, signal)),
} satisfies TRPCRouterRecord;
