const kilobyte = 1024;

export const requestLimits = {
  /** The largest body, for calls that take many payments: a `createMany` of 1,000 with long texts takes about 2 MB. */
  bodyMegabytes: 4,
  /** The largest body of any other call. A payment with the longest texts takes up to 18 kB. */
  callKilobytes: 64,
  /** The largest body of a caller that has not shown a valid token. */
  anonymousKilobytes: 16,
  /** How many calls one HTTP request may hold. */
  batchedCalls: 20,
  /** How long a request may take to arrive. */
  arrivalSeconds: 60,
} as const;

export const maxBodyBytes = requestLimits.bodyMegabytes * kilobyte * kilobyte;
export const maxCallBytes = requestLimits.callKilobytes * kilobyte;
export const maxAnonymousBytes = requestLimits.anonymousKilobytes * kilobyte;
