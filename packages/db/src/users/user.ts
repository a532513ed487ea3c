import type { users } from '../schema.ts';

export type UserRole = (typeof users.$inferSelect)['role'];

/** A user as the product shows it: never with the password's hash. */
export type User = {
  id: string;
  username: string;
  role: UserRole;
  active: boolean;
  createdAt: Date;
  updatedAt: Date;
};
