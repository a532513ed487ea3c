import { type Role, roles } from '@paydeck/contract/users';

export const roleNames: Record<Role, string> = { admin: 'Admin', viewer: 'Viewer' };

/** In a sentence: `jane is an admin`. */
export const roleNouns: Record<Role, string> = { admin: 'an admin', viewer: 'a viewer' };

/** The options of a select of roles, the lesser one first. */
export const RoleOptions = () =>
  roles.toReversed().map((role) => (
    <option key={role} value={role}>
      {roleNames[role]}
    </option>
  ));
