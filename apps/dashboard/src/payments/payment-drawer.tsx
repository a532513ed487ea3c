import './payment-drawer.css';
import '../ui/overlay.css';
import { Dialog } from '@base-ui/react/dialog';
import { ChevronDown, ChevronUp, Link as LinkIcon, X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { isShortcut } from '../shell/shortcuts.ts';
import { IconButton } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { PaymentDetails } from './payment-details.tsx';

/** A panel beside the list with one payment. The arrows, and `j` and `k`, show the next and the previous one of the list. */
export function PaymentDrawer({
  id,
  ids,
  isAdmin,
  onShow,
  onClose,
}: {
  id: string | null;
  /** The ids of the payments in the list, in its order. */
  ids: readonly string[];
  isAdmin: boolean;
  onShow: (id: string) => void;
  onClose: () => void;
}) {
  const sheet = useRef<HTMLDivElement>(null);
  // The payment stays visible while the drawer closes.
  const [shownId, setShownId] = useState(id);
  if (id !== null && id !== shownId) setShownId(id);
  useFocusAfterMove(id, sheet);
  const at = shownId === null ? -1 : ids.indexOf(shownId);
  const next = at === -1 ? undefined : ids[at + 1];
  const previous = at === -1 ? undefined : ids[at - 1];
  const press = (event: KeyboardEvent<HTMLDivElement>) => {
    const { key, nativeEvent, currentTarget, target } = event;
    const neighbour = key === 'j' ? next : key === 'k' ? previous : undefined;
    // React also passes on the keys of a dialog above the panel. A form in the panel keeps what was typed into it.
    const isInPanel = target instanceof Node && currentTarget.contains(target);
    if (neighbour === undefined || !isInPanel || !isShortcut(nativeEvent)) return;
    if (currentTarget.querySelector('form') === null) onShow(neighbour);
  };
  return (
    <Dialog.Root open={id !== null} onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop backdrop-light" />
        {/* The focus is not on Close, which a key that was meant for a field would press. */}
        <Dialog.Popup
          ref={sheet}
          className="sheet"
          initialFocus={sheet}
          finalFocus={() => linkOf(shownId) ?? true}
          onKeyDown={press}
        >
          <div className="overlay-head">
            <Dialog.Title>Payment</Dialog.Title>
            {at !== -1 && (
              <>
                <IconButton
                  label="Previous payment"
                  aria-keyshortcuts="k"
                  disabled={previous === undefined}
                  onClick={() => previous !== undefined && onShow(previous)}
                >
                  <ChevronUp aria-hidden />
                </IconButton>
                <IconButton
                  label="Next payment"
                  aria-keyshortcuts="j"
                  disabled={next === undefined}
                  onClick={() => next !== undefined && onShow(next)}
                >
                  <ChevronDown aria-hidden />
                </IconButton>
              </>
            )}
            {shownId !== null && (
              <CopyButton
                key={shownId}
                text={linkTo(shownId)}
                label="Copy link"
                icon={LinkIcon}
                className="copy-link"
              />
            )}
            <Dialog.Close render={<IconButton label="Close" />}>
              <X aria-hidden />
            </Dialog.Close>
          </div>
          {shownId !== null && <PaymentDetails key={shownId} id={shownId} isAdmin={isAdmin} />}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** Keeps the focus in the panel when another payment replaces the element that had it, and that payment's row in sight. */
function useFocusAfterMove(id: string | null, sheet: { readonly current: HTMLElement | null }): void {
  const before = useRef(id);
  useEffect(() => {
    const hasMoved = before.current !== null && id !== null && before.current !== id;
    before.current = id;
    if (!hasMoved) return;
    linkOf(id)?.closest('tr')?.scrollIntoView({ block: 'nearest' });
    const focused = document.activeElement;
    const isUsable = focused !== null && !focused.matches(':disabled') && sheet.current?.contains(focused);
    if (!isUsable) sheet.current?.focus();
  }, [id, sheet]);
}

/** The link of a payment in the list behind the panel. */
const linkOf = (id: string | null) =>
  id === null ? null : document.querySelector<HTMLElement>(`[data-payment="${CSS.escape(id)}"] .row-link`);

/** The address of a payment, without the filter of the list behind it. */
const linkTo = (id: string) => `${window.location.origin}${window.location.pathname}?payment=${id}`;
