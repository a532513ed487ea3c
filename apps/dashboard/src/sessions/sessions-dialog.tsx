import '../ui/overlay.css';
import { Dialog } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { IconButton } from '../ui/button.tsx';
import type { DialogProps } from '../ui/form-dialog.tsx';
import { EndAllSessions, SessionList } from './session-list.tsx';

/** The open sessions of a user, each with a button that ends it. */
export function SessionsDialog({
  user,
  isOwn,
  open,
  onOpenChange,
}: DialogProps & { user: { id: string; username: string }; isOwn: boolean }) {
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="dialog">
          <div className="overlay-head">
            <Dialog.Title>{isOwn ? 'Your sessions' : `Sessions of ${user.username}`}</Dialog.Title>
            <Dialog.Close render={<IconButton label="Close" />}>
              <X aria-hidden />
            </Dialog.Close>
          </div>
          <div className="overlay-body">
            <SessionList userId={user.id} />
          </div>
          <div className="overlay-foot">
            <EndAllSessions userId={user.id} isOwn={isOwn} />
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
