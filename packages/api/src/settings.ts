export type ApiSettings = {
  /** ISO 4217. The currency of amounts that name none. */
  defaultCurrency: string;
};
