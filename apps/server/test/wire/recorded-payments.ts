/** Payments of four days around a leap day, in two currencies, with texts that need escaping. */
export const recordedPayments = [
  {
    amountMinor: 1_250,
    method: 'credit_card',
    status: 'success',
    receiver: 'Café É',
    createdAt: '2024-02-28T23:59:59.999Z',
  },
  {
    amountMinor: 99,
    method: 'digital_wallet',
    status: 'failed',
    receiver: 'line\nbreak',
    failureCode: 'card_declined',
    failureMessage: 'Declined',
    createdAt: '2024-02-29T00:00:00.000Z',
  },
  {
    amountMinor: 500,
    currency: 'JPY',
    method: 'bank_transfer',
    status: 'success',
    receiver: 'ひらがな',
    createdAt: '2024-02-29T12:30:00.000Z',
  },
  {
    amountMinor: 100_000_000,
    method: 'credit_card',
    status: 'pending',
    receiver: '<b>&amp;</b>',
    description: 'a.b\\c',
    createdAt: '2024-03-01T08:00:00.001Z',
  },
  {
    amountMinor: 7,
    method: 'digital_wallet',
    status: 'success',
    receiver: '😀😀',
    createdAt: '2024-03-02T18:20:00.000Z',
  },
];
