import './shortcuts-sheet.css';
import '../ui/overlay.css';
import { Dialog } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { Fragment, useRef } from 'react';
import { IconButton } from '../ui/button.tsx';
import type { DialogProps } from '../ui/form-dialog.tsx';
import { setShortcutsOn, shortcuts, useAreShortcutsOn } from './shortcuts.ts';

/** The list of keyboard shortcuts, and the switch that turns them off. */
export function ShortcutsSheet({ open, onOpenChange }: DialogProps) {
  const isOn = useAreShortcutsOn();
  const sheet = useRef<HTMLDivElement>(null);
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup ref={sheet} className="dialog" initialFocus={sheet}>
          <div className="overlay-head">
            <Dialog.Title>Keyboard shortcuts</Dialog.Title>
            <Dialog.Close render={<IconButton label="Close" />}>
              <X aria-hidden />
            </Dialog.Close>
          </div>
          <div className="overlay-body">
            <dl className="shortcuts">
              {shortcuts.map(({ keys, what }) => (
                <div key={what}>
                  <dt>
                    {keys.map((key, at) => (
                      <Fragment key={key}>
                        {at > 0 && <span className="soft">then</span>}
                        <kbd>{key}</kbd>
                      </Fragment>
                    ))}
                  </dt>
                  <dd>{what}</dd>
                </div>
              ))}
            </dl>
            <label className="check">
              <input
                type="checkbox"
                checked={isOn}
                onChange={({ target }) => setShortcutsOn(target.checked)}
              />
              Use single-key shortcuts in this browser
            </label>
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
