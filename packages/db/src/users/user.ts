import type { Role } from '@paydeck/contract/users';

/** A user as the product shows it: never with the password's hash. */
export type User = {
  id: string;
  username: string;
  role: Role;
  active: boolean;
  createdAt: Date;
  updatedAt: Date;
};
