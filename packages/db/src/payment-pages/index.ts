export type { PaymentPlace } from './page-strategy.ts';
export { type PaymentPage, selectPaymentPage } from './select-payment-page.ts';
