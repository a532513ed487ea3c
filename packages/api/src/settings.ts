export type ApiSettings = {
  /** ISO 4217. The currency of amounts without a currency. */
  defaultCurrency: string;
};
