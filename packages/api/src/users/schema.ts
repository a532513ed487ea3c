import {
  maxPasswordBytes,
  minPasswordCharacters,
  newPasswordIssue,
  usernamePattern,
  usernameRule,
} from '@paydeck/contract/users';
import { z } from 'zod';
import { role } from '../auth/schema.ts';
import { lastEventId } from '../live/schema.ts';

const username = z.string().trim().regex(usernamePattern, { error: usernameRule });

export const newPassword = z
  .string()
  .superRefine((password, issues) => {
    const issue = newPasswordIssue(password);
    if (issue !== null) issues.addIssue(issue);
  })
  .meta({ minLength: minPasswordCharacters, maxLength: maxPasswordBytes, format: 'password' });

export const user = z.object({
  id: z.uuid(),
  username: z.string(),
  role,
  active: z.boolean(),
  /** Whether the user signs in with a second factor. */
  hasSecondFactor: z.boolean(),
  createdAt: z.date(),
  updatedAt: z.date(),
});

export const userList = z.array(user);

export const createUserInput = z.strictObject({
  username,
  /** Without one, the user needs a link (password-links/) before the first sign-in. */
  password: newPassword.optional(),
  role: role.default('viewer'),
});

export const updateUserInput = z
  .strictObject({ id: z.uuid(), role: role.optional(), active: z.boolean().optional() })
  .refine((change) => change.role !== undefined || change.active !== undefined, {
    error: 'must have a role, active, or both',
  });

export const resetPasswordInput = z.strictObject({ id: z.uuid(), password: newPassword });

export const changePasswordInput = z.strictObject({
  currentPassword: z.string().min(1).max(1_000),
  newPassword,
});

export const userId = z.strictObject({ id: z.uuid() });

/** `deactivated`: the user has signed in or created a payment, so the records must keep their author. */
export const deletedUser = z.object({ outcome: z.enum(['erased', 'deactivated']) });

export const onActivityInput = z.strictObject({
  lastEventId,
  /**
   * Also yields `user_changed`. It is off by default, because older callers take every message for a sign-in or a sign-out.
   */
  changes: z.boolean().default(false),
});

/** The payload of a `user_changed` event, as 0013_password_links.sql writes it. */
export const userChangePayload = z.object({
  /** The action of the audit log, such as `user.update`. A newer version may write others. */
  action: z.string(),
  /** The user who was changed. Null for one who was deleted since. */
  username: z.string().nullable(),
  /** The user who made the change. Null for the server itself. */
  by: z.string().nullable(),
  timestamp: z.iso.datetime().transform((value) => new Date(value)),
});

/** The payload of a `user_activity` event. */
export const activityPayload = z.object({
  username: z.string(),
  action: z.enum(['login', 'logout']),
  timestamp: z.iso.datetime().transform((value) => new Date(value)),
});
