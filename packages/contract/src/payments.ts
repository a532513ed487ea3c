export const paymentMethods = ['credit_card', 'bank_transfer', 'digital_wallet'] as const;
export type PaymentMethod = (typeof paymentMethods)[number];

export const paymentStatuses = ['pending', 'success', 'failed'] as const;
export type PaymentStatus = (typeof paymentStatuses)[number];

/** The statuses that a pending payment can change to. A settled payment keeps its status. */
export const settledStatuses = ['success', 'failed'] as const satisfies readonly PaymentStatus[];
export type SettledStatus = (typeof settledStatuses)[number];

/** The lengths of a payment's texts, and of a search text, in code points. */
export const textLimits = {
  receiver: { min: 2, max: 100 },
  description: { min: 0, max: 500 },
  failureCode: { min: 1, max: 64 },
  failureMessage: { min: 0, max: 500 },
  search: { min: 0, max: 100 },
} as const;

/** A failure code of a payment provider, such as `card_declined`. */
export const failureCodePattern = new RegExp(
  `^[A-Za-z0-9_.-]{${textLimits.failureCode.min},${textLimits.failureCode.max}}$`,
);
export const failureCodeRule = `must be ${textLimits.failureCode.min} to ${textLimits.failureCode.max} letters, digits, dots, dashes or underscores`;

/** In a filter by failure code it stands for failed payments without a code. No code has a colon. */
export const noFailureCode = ':none';

/** The most failure codes that one filter may have. */
export const maxFailureCodes = 20;

export const maxPaymentsPerCall = 1_000;

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
const controlCharacters = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

/**
 * Why a trimmed text is not allowed in a field with these limits; null when it is. PostgreSQL stores an allowed text unchanged,
 * and counts its code points alike (`char_length`).
 */
export function textIssue(text: string, { min, max }: { min: number; max: number }): string | null {
  if (!text.isWellFormed() || controlCharacters.test(text))
    return 'must not contain control characters or broken Unicode';
  const length = [...text].length;
  if (length < min) return min === 1 ? 'must not be empty' : `must have at least ${min} characters`;
  return length > max ? `must have at most ${max} characters` : null;
}
