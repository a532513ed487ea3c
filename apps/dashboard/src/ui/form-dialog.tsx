import './overlay.css';
import { Dialog } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import {
  type ChangeEvent,
  type ReactNode,
  type SubmitEvent,
  useEffect,
  useRef,
  useSyncExternalStore,
} from 'react';
import { getPasswordRequest, subscribeToPasswordRequest } from '../session/password-request.ts';
import { Button, IconButton } from './button.tsx';
import { FormError } from './form-error.tsx';

export type DialogProps = { open: boolean; onOpenChange: (open: boolean) => void };

/** The part of a mutation that the form uses. */
type FormMutation = { isPending: boolean; error: unknown; reset: () => void };

/** For forms in which only the server finds errors. */
export const noOwnErrors: Readonly<Record<string, string>> = {};

const firstField = '.overlay-body :is(input, select, textarea)';

/**
 * A form in a dialog. It stays open until its mutation succeeds, and shows why it failed. The focus starts on the first
 * field, or on Cancel when the dialog only asks a question, so that Enter neither closes a form nor answers a question that
 * nobody has read. After a refusal it moves to the first field with an error.
 */
export function FormDialog({
  title,
  open,
  onOpenChange,
  action,
  actionLook = 'primary',
  isDone = false,
  mutation,
  isErrorInField = false,
  isOnTop = false,
  ownErrors,
  onChange,
  onCancel,
  onSubmit,
  children,
}: DialogProps & {
  title: string;
  /** The label of the submit button. */
  action: string;
  actionLook?: 'primary' | 'danger';
  /** Whether the action has happened and only its result is shown, so that nothing can be cancelled. Default: false. */
  isDone?: boolean;
  mutation: FormMutation;
  /** Whether a field already shows the error of the mutation. Default: false. */
  isErrorInField?: boolean;
  /** Whether it opens above other dialogs, which must not close then. */
  isOnTop?: boolean;
  /**
   * The errors that the form itself found at the last attempt to send it, by field. With it, the browser's own checks are
   * off: all wrong fields are shown at once, in the same words as the server's.
   */
  ownErrors?: Readonly<Record<string, string>>;
  onChange?: (event: ChangeEvent<HTMLFormElement>) => void;
  /** Called before the dialog closes by its Cancel button, and in no other way. */
  onCancel?: () => void;
  onSubmit: (event: SubmitEvent<HTMLFormElement>) => void;
  children: ReactNode;
}) {
  const isBelow = useSyncExternalStore(subscribeToPasswordRequest, getPasswordRequest) !== null && !isOnTop;
  const change = (next: boolean) => {
    if (isBelow) return;
    if (!next) mutation.reset();
    onOpenChange(next);
  };
  const form = useRef<HTMLFormElement>(null);
  const cancel = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (mutation.error !== null || ownErrors !== undefined) focusOn(form.current, '[aria-invalid="true"]');
  }, [mutation.error, ownErrors]);
  return (
    <Dialog.Root open={open} onOpenChange={change}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup
          className="dialog"
          initialFocus={(opened) =>
            // A touch that focuses a field opens the keyboard over the dialog.
            opened === 'touch' || (form.current?.querySelector<HTMLElement>(firstField) ?? cancel.current)
          }
        >
          <form
            ref={form}
            noValidate={ownErrors !== undefined}
            onChange={onChange}
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
              {!isDone && (
                <Dialog.Close ref={cancel} render={<Button />} onClick={onCancel}>
                  Cancel
                </Dialog.Close>
              )}
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

function focusOn(form: HTMLFormElement | null, selector: string): void {
  form?.querySelector<HTMLElement>(selector)?.focus();
}
