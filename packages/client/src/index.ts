export type { InputIssue } from '@paydeck/api/errors';
export type { AppRouter } from '@paydeck/api/router';
export type { SecondFactorRequest } from '@paydeck/api/second-factor-schema';
export { formatAmount, parseAmount } from '@paydeck/contract/money';
export type { Reason } from '@paydeck/contract/reasons';
export { randomIdempotencyKey, withIdempotencyKey } from './calls/idempotency-key.ts';
export { createClient } from './create-client.ts';
export { isRetryable, issuesOf, isTransient, reasonOf, secondFactorOf, TransportError } from './errors.ts';
export { type CsvColumn, csvColumns } from './export/csv-columns.ts';
export { type CsvOptions, exportQuery } from './export/export-query.ts';
export type { ConnectionState } from './live/live-connection.ts';
export type { PaymentChange, PaymentsWatch } from './live/watch-payments.ts';
export type { ClientOptions, PaydeckClient } from './paydeck-client.ts';
export type { EveryPaymentField, PaymentFilter, RouterInputs, RouterOutputs } from './router-types.ts';
export type { ConfirmPassword } from './session/password-confirmation.ts';
export {
  memoryTokenStore,
  parseTokens,
  type SignedInUser,
  type TokenStore,
  type Tokens,
  webTokenStore,
} from './session/tokens.ts';
