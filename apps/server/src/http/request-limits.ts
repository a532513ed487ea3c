export const requestLimits = {
  /** A `createMany` of 1,000 payments with long texts takes about 2 MB. */
  bodyMegabytes: 4,
  /** How many calls one HTTP request may hold. */
  batchedCalls: 20,
  /** How long a request may take to arrive. */
  arrivalSeconds: 60,
} as const;

export const maxBodyBytes = requestLimits.bodyMegabytes * 1024 * 1024;
