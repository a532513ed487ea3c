import type { EveryPaymentField } from '@paydeck/client';
import {
  failureCodePattern,
  failureCodeRule,
  type PaymentStatus,
  paymentMethods,
  textIssue,
  textLimits,
} from '@paydeck/contract/payments';
import { amountExample } from '../format/money.ts';
import { readMoney } from '../format/read-money.ts';
import { sentence } from '../ui/explain-error.ts';
import { choicesOf, optionalTextOf, textOf } from '../ui/form-data.ts';

/** The payment that the form holds, or what is wrong with each of its fields, by the field's name in the form. */
export type PaymentForm =
  | { payment: EveryPaymentField; errors: Record<string, never> }
  | { payment: null; errors: Record<string, string> };

/** Reads the form of a new payment. All fields are checked, so that all errors can be shown at once. */
export function readPaymentForm(form: FormData, status: PaymentStatus): PaymentForm {
  const currency = textOf(form, 'currency');
  const amount = readMoney(textOf(form, 'amount'), currency);
  const amountIssue = amount.amountMinor === 0 ? 'The amount must be greater than 0.' : amount.issue;
  const [method = paymentMethods[0]] = choicesOf(form, 'method', paymentMethods);
  const isFailed = status === 'failed';
  const texts = {
    receiver: textOf(form, 'receiver').trim(),
    description: optionalTextOf(form, 'description'),
    failureCode: isFailed ? optionalTextOf(form, 'failureCode') : undefined,
    failureMessage: isFailed ? optionalTextOf(form, 'failureMessage') : undefined,
  };
  const issues: Record<string, string | null> = {
    amount:
      amountIssue && `${amountIssue} Enter an amount in ${currency}, such as ${amountExample(currency)}.`,
    receiver: textIssue(texts.receiver, textLimits.receiver),
    description: textIssue(texts.description ?? '', textLimits.description),
    failureCode:
      texts.failureCode === undefined || failureCodePattern.test(texts.failureCode) ? null : failureCodeRule,
    failureMessage: textIssue(texts.failureMessage ?? '', textLimits.failureMessage),
  };
  const errors = Object.fromEntries(
    Object.entries(issues).flatMap(([name, issue]) => (issue === null ? [] : [[name, sentence(issue)]])),
  );
  if (amount.amountMinor === null || Object.keys(errors).length > 0) return { payment: null, errors };
  return { payment: { amountMinor: amount.amountMinor, currency, method, status, ...texts }, errors: {} };
}
