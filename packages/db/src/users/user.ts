import type { Role } from '@paydeck/contract/users';

/** A user as other users see it, without the password hash. */
export type User = {
  id: string;
  username: string;
  role: Role;
  active: boolean;
  /** Whether the user has an authenticator. */
  hasSecondFactor: boolean;
  createdAt: Date;
  updatedAt: Date;
};
