export type ApiSettings = {
  /** ISO 4217. The currency of amounts without a currency. */
  defaultCurrency: string;
  /** The users whose sign-ins must have a second factor. Others may have one. */
  requireSecondFactor: 'nobody' | 'admins';
};
