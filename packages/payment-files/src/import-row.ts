import { amountIssue } from '@paydeck/contract/amount-issue';
import { currencyRule, isKnownCurrency, parseAmount } from '@paydeck/contract/money';
import { paymentMethods, paymentStatuses } from '@paydeck/contract/payments';
import type { ImportedPayment } from './imported-payment.ts';
import { paymentIssue } from './payment-issue.ts';

export type { ImportedPayment } from './imported-payment.ts';

/** A text of a field that has no meaning in the mapping, such as the status `Gebucht`. */
export type UnknownText = { field: Field; text: string };

/** Why a row has no payment: a phrase after `line 7: `. */
export type RowProblem = { problem: string; unknown?: UnknownText };

/** A row of a file: its payment, or why it has none. Lines count from 1. */
export type FileRow = { line: number; text: string } & (PaymentOfRow | RowProblem | { leftOut: string });

/**
 * `hasNoCurrency` says that the row names no currency, so the payment got the default one. `isRefunded` says that the money went
 * back later, in part or in full: the payment is recorded as it succeeded, without that.
 */
type PaymentOfRow = { payment: ImportedPayment; hasNoCurrency?: true; isRefunded?: true };

/** The texts of one row, by the field names of the REST API. An empty text is left out. */
export type RowFields = Partial<Record<Field, string>>;

/** A row has its amount either in major units, as `amount`, or in minor units. */
export type Field = keyof ImportedPayment | 'amount';

/** The columns of a CSV file by their field. Null for a field that only files of JSON Lines usually have. */
const titles: Record<Field, string | null> = {
  id: 'ID',
  amount: 'Amount',
  amountMinor: null,
  currency: 'Currency',
  method: 'Method',
  status: 'Status',
  receiver: 'Receiver',
  description: 'Description',
  failureCode: 'Failure Code',
  failureMessage: 'Failure Message',
  createdAt: 'Created At',
  updatedAt: 'Updated At',
};

const isField = (name: string): name is Field => Object.hasOwn(titles, name);

export const fieldNames: readonly Field[] = Object.keys(titles).filter(isField);

export const columnTitles: readonly string[] = Object.values(titles).filter((title) => title !== null);

/** Checks a row as the server does, except for the limits of amounts, which are settings of the server. */
export function readRow(
  {
    amount,
    amountMinor,
    currency: ownCurrency,
    method,
    status = 'pending',
    receiver = '',
    ...rest
  }: RowFields,
  defaultCurrency: () => string,
): PaymentOfRow | RowProblem {
  const currency = (ownCurrency ?? defaultCurrency()).toUpperCase();
  if (!isKnownCurrency(currency)) return { problem: `currency ${currencyRule}` };
  if (amount === undefined && amountMinor === undefined) return { problem: 'amount must be given' };
  if (amount !== undefined && amountMinor !== undefined)
    return { problem: 'amount must be given once, as amount or as amountMinor' };
  const minorUnits = amount === undefined ? parseWholeNumber(amountMinor) : parseAmount(amount, currency);
  if (minorUnits === null) {
    const reason = amount === undefined ? null : amountIssue(amount, currency);
    const problem = `amount must be an amount of ${currency}, not ${amount ?? amountMinor}`;
    return { problem: reason === null ? problem : `${problem}: ${reason}` };
  }
  const knownMethod = paymentMethods.find((known) => known === method);
  if (knownMethod === undefined) return unknownText('method', method, paymentMethods);
  const knownStatus = paymentStatuses.find((known) => known === status);
  if (knownStatus === undefined) return unknownText('status', status, paymentStatuses);
  const payment = {
    ...rest,
    amountMinor: minorUnits,
    currency,
    method: knownMethod,
    status: knownStatus,
    receiver,
  };
  const problem = paymentIssue(payment);
  if (problem !== null) return { problem };
  return ownCurrency === undefined ? { payment, hasNoCurrency: true } : { payment };
}

function unknownText(field: Field, text: string | undefined, known: readonly string[]): RowProblem {
  const problem = `${field} must be ${formatChoices(known)}`;
  return text === undefined ? { problem } : { problem: `${problem}, not ${text}`, unknown: { field, text } };
}

const choices = new Intl.ListFormat('en', { type: 'disjunction' });
const formatChoices = (names: readonly string[]) => choices.format(names);

const parseWholeNumber = (text = '') => (/^\d{1,15}$/.test(text) ? Number(text) : null);
