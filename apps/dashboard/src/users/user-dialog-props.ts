import type { DialogProps } from '../ui/form-dialog.tsx';

/** The props of a dialog about one user. */
export type UserDialogProps = DialogProps & { user: { id: string; username: string } };
