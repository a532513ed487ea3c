export { deletePasswordLink } from './delete-password-link.ts';
export { selectPasswordLink, selectPasswordLinks } from './select-password-links.ts';
export { updatePasswordByLink } from './update-password-by-link.ts';
export { upsertPasswordLink } from './upsert-password-link.ts';
