import { type Role, roles } from '@paydeck/contract/users';

export const roleNames: Record<Role, string> = { admin: 'Admin', viewer: 'Viewer' };

/** The options of a select of roles, the lesser one first. */
export const RoleOptions = () =>
  roles.toReversed().map((role) => (
    <option key={role} value={role}>
      {roleNames[role]}
    </option>
  ));
