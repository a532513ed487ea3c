import './overlay.css';
import { Dialog } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { type ReactNode, type SubmitEvent, useSyncExternalStore } from 'react';
import { getPasswordRequest, subscribeToPasswordRequest } from '../session/password-request.ts';
import { Button, IconButton } from './button.tsx';
import { FormError } from './form-error.tsx';

export type DialogProps = { open: boolean; onOpenChange: (open: boolean) => void };

/** The part of a mutation that the form uses. */
type FormMutation = { isPending: boolean; error: unknown; reset: () => void };

/** A form in a dialog. It stays open until its mutation succeeds, and shows why it failed. */
export function FormDialog({
  title,
  open,
  onOpenChange,
  action,
  actionLook = 'primary',
  mutation,
  isErrorInField = false,
  isOnTop = false,
  onSubmit,
  children,
}: DialogProps & {
  title: string;
  /** The label of the submit button. */
  action: string;
  actionLook?: 'primary' | 'danger';
  mutation: FormMutation;
  /** Whether a field already shows the error of the mutation. Default: false. */
  isErrorInField?: boolean;
  /** Whether it opens above other dialogs, which must not close then. */
  isOnTop?: boolean;
  onSubmit: (event: SubmitEvent<HTMLFormElement>) => void;
  children: ReactNode;
}) {
  const isBelow = useSyncExternalStore(subscribeToPasswordRequest, getPasswordRequest) !== null && !isOnTop;
  const change = (next: boolean) => {
    if (isBelow) return;
    if (!next) mutation.reset();
    onOpenChange(next);
  };
  return (
    <Dialog.Root open={open} onOpenChange={change}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="dialog">
          <form
            onSubmit={(event) => {
              event.preventDefault();
              onSubmit(event);
            }}
          >
            <div className="overlay-head">
              <Dialog.Title>{title}</Dialog.Title>
              <Dialog.Close render={<IconButton label="Close" />}>
                <X aria-hidden />
              </Dialog.Close>
            </div>
            <div className="overlay-body">
              {!isErrorInField && <FormError error={mutation.error} />}
              {children}
            </div>
            <div className="overlay-foot">
              <Dialog.Close render={<Button />}>Cancel</Dialog.Close>
              <Button type="submit" look={actionLook} disabled={mutation.isPending}>
                {mutation.isPending ? 'Please wait…' : action}
              </Button>
            </div>
          </form>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
