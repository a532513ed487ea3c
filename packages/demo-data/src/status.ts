import type { PaymentMethod, PaymentStatus, SettledStatus } from '@paydeck/contract/payments';
import { drawWeighted, type NonEmpty, type Random } from './random.ts';
import { dayMs } from './rhythm.ts';

/** 5.5 % of all payments fail, 92.5 % succeed, and 2 % are pending. This is the share among the settled ones. */
const failedShare = 5.5 / (92.5 + 5.5);
const failedShareInIncident = 0.62;
/** The average share of the payments of the last day. It falls with their age. */
const pendingShare = 0.02;
/** The share of older bank transfers that nobody has settled. */
const forgottenShare = 0.0003;

/** The status of a payment that was made `ageMs` ago. Nearly all payments are settled within a day. */
export function drawStatus(
  random: Random,
  { method, ageMs, isIncident }: { method: PaymentMethod; ageMs: number; isIncident: boolean },
): PaymentStatus {
  const youth = Math.max(0, 1 - ageMs / dayMs);
  const forgotten = method === 'bank_transfer' ? forgottenShare : 0;
  // The mean of 3 · youth² over the day is 1.
  const probability = youth > 0 ? pendingShare * 3 * youth * youth : forgotten;
  if (random() < probability) return 'pending';
  return drawSettledStatus(random, isIncident);
}

export function drawSettledStatus(random: Random, isIncident = false): SettledStatus {
  return random() < (isIncident ? failedShareInIncident : failedShare) ? 'failed' : 'success';
}

type Failure = { weight: number; code: string; message: string };

const insufficientFunds = {
  code: 'insufficient_funds',
  message: 'The account has insufficient funds to complete the payment.',
};
const processingError = {
  code: 'processing_error',
  message: 'An error occurred while processing the payment. Try again in a little while.',
};

const failures: Record<PaymentMethod, NonEmpty<Failure>> = {
  credit_card: [
    { weight: 33, ...insufficientFunds },
    { weight: 20, code: 'card_declined', message: 'The card was declined.' },
    { weight: 13, code: 'do_not_honor', message: 'The issuer declined the card without giving a reason.' },
    { weight: 9, code: 'expired_card', message: 'The card has expired.' },
    { weight: 8, code: 'incorrect_cvc', message: "The card's security code is incorrect." },
    { weight: 6, code: 'authentication_required', message: 'The payment needs 3-D Secure authentication.' },
    { weight: 5, code: 'fraud_suspected', message: 'The payment was blocked: suspected fraud.' },
    { weight: 3, code: 'lost_or_stolen_card', message: 'The card was reported lost or stolen.' },
    { weight: 3, ...processingError },
  ],
  bank_transfer: [
    { weight: 36, ...insufficientFunds },
    { weight: 24, code: 'invalid_account_number', message: 'There is no account with this number.' },
    { weight: 15, code: 'account_closed', message: "The receiver's account is closed." },
    { weight: 9, code: 'debit_not_authorized', message: 'The account holder did not authorize the debit.' },
    { weight: 7, code: 'bank_account_restricted', message: 'The account takes no transfers of this kind.' },
    {
      weight: 5,
      code: 'transfer_limit_exceeded',
      message: 'The transfer exceeds the daily limit of the account.',
    },
    { weight: 4, ...processingError },
  ],
  digital_wallet: [
    { weight: 34, ...insufficientFunds },
    { weight: 27, code: 'wallet_limit_exceeded', message: 'The payment exceeds the limit of the wallet.' },
    { weight: 17, code: 'authentication_failed', message: 'The payer did not confirm the payment in time.' },
    { weight: 10, code: 'wallet_suspended', message: 'The wallet is suspended by its provider.' },
    { weight: 7, code: 'fraud_suspected', message: 'The payment was blocked: suspected fraud.' },
    { weight: 5, ...processingError },
  ],
};

const incidentFailures: NonEmpty<Failure> = [
  { weight: 7, ...processingError },
  { weight: 3, code: 'issuer_not_available', message: 'The issuer could not be reached.' },
];

/** Why a payment failed, with the codes of card networks and banks, as often as they occur in practice. */
export function drawFailure(
  random: Random,
  method: PaymentMethod,
  isIncident = false,
): { failureCode: string; failureMessage: string } {
  const { code, message } = drawWeighted(random, isIncident ? incidentFailures : failures[method]);
  return { failureCode: code, failureMessage: message };
}
