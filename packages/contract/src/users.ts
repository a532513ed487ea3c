export const roles = ['admin', 'viewer'] as const;
export type Role = (typeof roles)[number];

export const isRole = (value: unknown): value is Role => roles.some((role) => role === value);

export const usernameLimits = { min: 3, max: 50 } as const;
/** E-mail addresses of the usual kind are user names, also with a plus: `ann+pay@example.com`. */
export const usernamePattern = new RegExp(`^[A-Za-z0-9._@+-]{${usernameLimits.min},${usernameLimits.max}}$`);
export const usernameRule = `must be ${usernameLimits.min} to ${usernameLimits.max} letters a–z, digits, dots, dashes, underscores, plus or at signs`;

export const minPasswordCharacters = 8;

/** bcrypt reads no more of a password than this many bytes of UTF-8. */
export const maxPasswordBytes = 72;

export const isPasswordTooLong = (password: string): boolean =>
  new TextEncoder().encode(password).length > maxPasswordBytes;

/** Why a new password is not allowed; null when it is. Characters are code points. */
export function newPasswordIssue(password: string): string | null {
  if (!password.isWellFormed()) return 'must not contain broken Unicode';
  if ([...password].length < minPasswordCharacters)
    return `must have at least ${minPasswordCharacters} characters`;
  return isPasswordTooLong(password) ? `must have at most ${maxPasswordBytes} bytes` : null;
}
