import type { Mapping } from './mapping.ts';

/** A mapping of a payment provider's file, and the columns by which the file is recognized. */
export type Preset = Mapping & { title: string; header: readonly string[] };

const cardsAndWallets = {
  card: 'credit_card',
  card_present: 'credit_card',
  link: 'digital_wallet',
  paypal: 'digital_wallet',
  alipay: 'digital_wallet',
  wechat_pay: 'digital_wallet',
  cashapp: 'digital_wallet',
  amazon_pay: 'digital_wallet',
  revolut_pay: 'digital_wallet',
  klarna: 'digital_wallet',
  afterpay_clearpay: 'digital_wallet',
  affirm: 'digital_wallet',
  ach_debit: 'bank_transfer',
  ach_credit_transfer: 'bank_transfer',
  us_bank_account: 'bank_transfer',
  sepa_debit: 'bank_transfer',
  bacs_debit: 'bank_transfer',
  au_becs_debit: 'bank_transfer',
  acss_debit: 'bank_transfer',
  customer_balance: 'bank_transfer',
  bancontact: 'bank_transfer',
  eps: 'bank_transfer',
  giropay: 'bank_transfer',
  ideal: 'bank_transfer',
  p24: 'bank_transfer',
  sofort: 'bank_transfer',
};

const common = {
  constants: {},
  values: {},
  negativeAmounts: 'leave out',
  decimal: 'point',
  dateFormat: null,
  timeZone: 'UTC',
} as const satisfies Partial<Mapping>;

const stripePayments: Preset = {
  ...common,
  name: 'stripe-payments',
  title: 'Stripe, payments',
  header: ['id', 'Amount', 'Amount Refunded', 'Currency', 'Status'],
  columns: {
    amount: { first: ['Amount'] },
    currency: { first: ['Currency'] },
    method: { first: ['Payment Source Type', 'Payment Method Type'] },
    status: { first: ['Status'] },
    receiver: {
      first: ['Customer Name', 'Card Name', 'Customer Description', 'Customer Email', 'Description', 'id'],
    },
    description: { join: ['Description', 'id'], by: ' · ' },
    failureCode: { first: ['Decline Reason'] },
    createdAt: { first: ['Created date (UTC)', 'Created (UTC)', 'Created'] },
  },
  constants: { method: 'credit_card' },
  values: {
    method: cardsAndWallets,
    status: {
      paid: 'success',
      succeeded: 'success',
      refunded: 'success',
      'partial refund': 'success',
      'partially refunded': 'success',
      disputed: 'success',
      failed: 'failed',
      blocked: 'failed',
      pending: 'pending',
      processing: 'pending',
      uncaptured: 'pending',
      requires_capture: 'pending',
      'requires capture': 'pending',
    },
  },
  refundedStatuses: ['refunded', 'partial refund', 'partially refunded'],
  reference: ['id'],
  leaveOut: [
    {
      column: 'Status',
      values: [
        'canceled',
        'cancelled',
        'requires_payment_method',
        'requires_action',
        'requires_confirmation',
        'requires payment method',
        'requires action',
        'requires confirmation',
        'incomplete',
      ],
      reason: 'no money was asked for',
    },
  ],
  dateFormat: 'YYYY-MM-DD HH:mm[:ss]',
};

const stripeBalance: Preset = {
  ...common,
  name: 'stripe-balance',
  title: 'Stripe, balance history',
  header: ['id', 'Type', 'Source', 'Amount', 'Fee', 'Net', 'Currency', 'Created (UTC)'],
  columns: {
    amount: { first: ['Amount'] },
    currency: { first: ['Currency'] },
    receiver: { first: ['Description', 'Source', 'id'] },
    description: { join: ['Description', 'Source', 'id'], by: ' · ' },
    createdAt: { first: ['Created (UTC)'] },
  },
  constants: { method: 'credit_card', status: 'success' },
  reference: ['id'],
  leaveOut: [
    { column: 'Type', except: ['charge', 'payment'], reason: 'only charges and payments are recorded' },
  ],
  dateFormat: 'YYYY-MM-DD HH:mm[:ss]',
};

const payPal: Preset = {
  ...common,
  name: 'paypal',
  title: 'PayPal, activity',
  header: ['Date', 'Time', 'TimeZone', 'Name', 'Type', 'Status', 'Currency', 'Gross', 'Transaction ID'],
  columns: {
    amount: { first: ['Gross'] },
    currency: { first: ['Currency'] },
    status: { first: ['Status'] },
    receiver: { first: ['Name', 'From Email Address', 'Transaction ID'] },
    description: { join: ['Item Title', 'Subject', 'Transaction ID'], by: ' · ' },
    createdAt: { join: ['Date', 'Time'], by: ' ' },
  },
  constants: { method: 'digital_wallet' },
  values: {
    status: {
      completed: 'success',
      refunded: 'success',
      'partially refunded': 'success',
      pending: 'pending',
      held: 'pending',
      processing: 'pending',
      denied: 'failed',
      failed: 'failed',
      expired: 'failed',
      returned: 'failed',
    },
  },
  refundedStatuses: ['refunded', 'partially refunded'],
  reference: ['Transaction ID'],
  leaveOut: [
    {
      column: 'Type',
      words: [
        'authorization',
        'chargeback',
        'conversion',
        'deposit',
        'dispute',
        'fee',
        'funding',
        'hold',
        'item',
        'order',
        'refund',
        'release',
        'request',
        'reserve',
        'reversal',
        'transfer',
        'withdrawal',
      ],
      reason: 'it moves money within the account, or back',
    },
    { column: 'Balance Impact', values: ['Memo'], reason: 'it moved no money' },
    { column: 'Status', values: ['canceled', 'cancelled', 'removed'], reason: 'it was canceled' },
  ],
  dateFormatIsOpen: 'PayPal writes dates as its user has chosen',
  timeZoneColumn: 'TimeZone',
};

const wise: Preset = {
  ...common,
  name: 'wise',
  title: 'Wise, balance statement',
  header: ['TransferWise ID', 'Date', 'Amount', 'Currency', 'Description', 'Running Balance'],
  columns: {
    amount: { first: ['Amount'] },
    currency: { first: ['Currency'] },
    receiver: { first: ['Payer Name', 'Payee Name', 'Merchant', 'Description', 'TransferWise ID'] },
    description: { join: ['Description', 'Payment Reference', 'TransferWise ID'], by: ' · ' },
    createdAt: { first: ['Date Time', 'Date'] },
  },
  constants: { method: 'bank_transfer', status: 'success' },
  reference: ['TransferWise ID'],
  leaveOut: [
    {
      column: 'Transaction Details Type',
      except: ['ACQUIRING_PAYMENT', 'DEPOSIT', 'DIRECT_DEBIT', 'TRANSFER', 'UNKNOWN'],
      reason: 'it moves money within the account, or back',
    },
    // Files without that column: the kind of a row is the beginning of its id.
    {
      column: 'TransferWise ID',
      words: ['balance', 'card', 'conversion', 'fee'],
      reason: 'it moves money within the account, or back',
    },
  ],
  dateFormat: 'DD-MM-YYYY[ HH:mm:ss][.SSS]',
};

const mollie: Preset = {
  ...common,
  name: 'mollie',
  title: 'Mollie, payments',
  header: ['Date', 'Payment method', 'Currency', 'Amount', 'Status', 'ID', 'Description'],
  columns: {
    amount: { first: ['Amount'] },
    currency: { first: ['Currency'] },
    method: { first: ['Payment method'] },
    status: { first: ['Status'] },
    receiver: { first: ['Consumer name', 'Description', 'ID'] },
    description: { join: ['Description', 'ID'], by: ' · ' },
    createdAt: { first: ['Date'] },
  },
  values: {
    method: {
      creditcard: 'credit_card',
      'credit card': 'credit_card',
      card: 'credit_card',
      ideal: 'bank_transfer',
      'ideal | wero': 'bank_transfer',
      bancontact: 'bank_transfer',
      mistercash: 'bank_transfer',
      'sofort banking': 'bank_transfer',
      sofort: 'bank_transfer',
      banktransfer: 'bank_transfer',
      'bank transfer': 'bank_transfer',
      directdebit: 'bank_transfer',
      'direct debit': 'bank_transfer',
      'sepa direct debit': 'bank_transfer',
      belfius: 'bank_transfer',
      kbc: 'bank_transfer',
      'kbc/cbc payment button': 'bank_transfer',
      eps: 'bank_transfer',
      giropay: 'bank_transfer',
      przelewy24: 'bank_transfer',
      paypal: 'digital_wallet',
      applepay: 'digital_wallet',
      'apple pay': 'digital_wallet',
      'google pay': 'digital_wallet',
      klarna: 'digital_wallet',
      in3: 'digital_wallet',
      twint: 'digital_wallet',
    },
    status: {
      paid: 'success',
      paidout: 'success',
      'paid out': 'success',
      refunded: 'success',
      chargeback: 'success',
      'charged back': 'success',
      open: 'pending',
      pending: 'pending',
      authorized: 'pending',
      failed: 'failed',
      expired: 'failed',
    },
  },
  refundedStatuses: ['refunded', 'chargeback', 'charged back'],
  reference: ['ID'],
  leaveOut: [{ column: 'Status', values: ['canceled', 'cancelled'], reason: 'it was canceled' }],
  dateFormat: 'YYYY-MM-DD[ HH:mm][:ss]',
};

/** The files of providers that are recognized by their header. */
export const presets: readonly Preset[] = [stripePayments, stripeBalance, payPal, wise, mollie];

/** The preset whose columns a header has; null if there is none. */
export function presetOf(header: readonly string[]): Preset | null {
  const titles = new Set(header.map((title) => title.trim().toLowerCase()));
  const matches = presets.filter((preset) => preset.header.every((title) => titles.has(title.toLowerCase())));
  return matches.sort((a, b) => b.header.length - a.header.length)[0] ?? null;
}
