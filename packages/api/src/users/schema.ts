import { z } from 'zod';
import { maxPasswordBytes } from '../auth/passwords.ts';
import { role } from '../auth/schema.ts';
import { lastEventId } from '../payments/schema.ts';

const username = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9._@-]{3,50}$/, {
    error: 'takes 3 to 50 letters, digits, dots, dashes, underscores and at signs',
  });

const newPassword = z
  .string()
  .refine((value) => value.isWellFormed(), { error: 'holds broken Unicode' })
  .refine((value) => [...value].length >= 8, { error: 'is too short: at least 8 characters' })
  .refine((value) => Buffer.byteLength(value) <= maxPasswordBytes, {
    error: `is too long: at most ${maxPasswordBytes} bytes`,
  })
  .meta({ minLength: 8, maxLength: maxPasswordBytes, format: 'password' });

export const user = z.object({
  id: z.uuid(),
  username: z.string(),
  role,
  active: z.boolean(),
  createdAt: z.date(),
  updatedAt: z.date(),
});

export const userList = z.array(user);

export const createUserInput = z.strictObject({
  username,
  password: newPassword,
  role: role.default('viewer'),
});

export const updateUserInput = z
  .strictObject({ id: z.uuid(), role: role.optional(), active: z.boolean().optional() })
  .refine((change) => change.role !== undefined || change.active !== undefined, {
    error: 'Give a role, active, or both',
  });

export const resetPasswordInput = z.strictObject({ id: z.uuid(), password: newPassword });

export const changePasswordInput = z.strictObject({
  currentPassword: z.string().min(1).max(1_000),
  newPassword,
});

export const userId = z.strictObject({ id: z.uuid() });

/** `deactivated`: the user has a history (signed in once, or created a payment), which keeps its author. */
export const deletedUser = z.object({ outcome: z.enum(['erased', 'deactivated']) });

export const onActivityInput = z.strictObject({ lastEventId });

/** The payload of a `user_activity` event. */
export const activityPayload = z.object({
  username: z.string(),
  action: z.enum(['login', 'logout']),
  timestamp: z.iso.datetime().transform((value) => new Date(value)),
});
