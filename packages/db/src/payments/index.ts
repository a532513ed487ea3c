export { insertMissingPayments } from './insert-missing-payments.ts';
export {
  type InsertPaymentsOutcome,
  type InsertPaymentsRequest,
  insertPayments,
  type NewPayment,
} from './insert-payments.ts';
export type { Payment } from './payment.ts';
export { type PaymentJson, paymentFromJson } from './payment-json.ts';
export { pruneIdempotencyKeys } from './prune-idempotency-keys.ts';
export { selectIdempotentResponse } from './select-idempotent-response.ts';
export { selectPayment } from './select-payment.ts';
export { selectPaymentHistory } from './select-payment-history.ts';
export { type UpdatePaymentRequest, updatePaymentRows } from './update-payment-rows.ts';
