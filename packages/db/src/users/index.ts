export { deleteOrDeactivateUser } from './delete-or-deactivate-user.ts';
export { insertUser } from './insert-user.ts';
export { hasUsers, selectCredentials, selectUser, selectUserByName, selectUsers } from './select-users.ts';
export { updateOwnPassword, updatePassword } from './update-password.ts';
export { updateUserRow } from './update-user-row.ts';
export type { User } from './user.ts';
