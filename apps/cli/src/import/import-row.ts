import type { RouterInputs } from '@paydeck/client';
import { currencyRule, isKnownCurrency, parseAmount } from '@paydeck/contract/money';

/** A payment as `payments.import` takes it, before it has an id. */
export type ImportedPayment = Omit<RouterInputs['payments']['import']['payments'][number], 'id'> & {
  id?: string | undefined;
};

/** A row of a file, or why it is none. Lines count from 1. */
export type FileRow = { line: number; text: string } & ({ payment: ImportedPayment } | { problem: string });

/** What a file says of one payment, by the names that the REST API has. Absent and empty are the same. */
export type RowFields = Partial<Record<(typeof fieldNames)[number], string>>;

export const fieldNames = [
  'id',
  'amount',
  'amountMinor',
  'currency',
  'method',
  'status',
  'receiver',
  'description',
  'failureCode',
  'failureMessage',
  'createdAt',
  'updatedAt',
] as const;

/** Reads a row's texts; the server judges what they say. Gives a problem for what could not even be sent. */
export function readRow(
  { amount, amountMinor, currency: named, method, status, receiver = '', ...rest }: RowFields,
  defaultCurrency: () => string,
): { payment: ImportedPayment } | { problem: string } {
  const currency = (named ?? defaultCurrency()).toUpperCase();
  if (!isKnownCurrency(currency)) return { problem: `currency: ${currencyRule}` };
  if ((amount === undefined) === (amountMinor === undefined)) {
    return {
      problem: amount === undefined ? 'amount: is missing' : 'amount: is there twice, also as amountMinor',
    };
  }
  const minor = amount === undefined ? wholeNumber(amountMinor) : parseAmount(amount, currency);
  if (minor === null) return { problem: `amount: ${amount ?? amountMinor} is no amount of ${currency}` };
  const knownMethod = (['credit_card', 'bank_transfer', 'digital_wallet'] as const).find(
    (one) => one === method,
  );
  if (knownMethod === undefined) return { problem: `method: ${method ?? 'is missing'}` };
  const knownStatus = (['pending', 'success', 'failed'] as const).find(
    (one) => one === (status ?? 'pending'),
  );
  if (knownStatus === undefined) return { problem: `status: ${status}` };
  return {
    payment: { ...rest, amountMinor: minor, currency, method: knownMethod, status: knownStatus, receiver },
  };
}

const wholeNumber = (text = '') => (/^\d{1,15}$/.test(text) ? Number(text) : null);
