import type { DialogProps } from '../ui/form-dialog.tsx';

/** Of a dialog about one user. */
export type UserDialogProps = DialogProps & { user: { id: string; username: string } };
