import type { AmountLimits } from '@paydeck/contract/amount-limits';

export type ApiSettings = {
  /** ISO 4217. The currency of amounts without a currency. */
  defaultCurrency: string;
  /** The limits that differ from the defaults. */
  amountLimits: AmountLimits;
  /** The users whose sign-ins must have a second factor. Others may have one. */
  requireSecondFactor: 'nobody' | 'admins';
};
