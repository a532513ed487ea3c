import '../ui/overlay.css';
import { Popover } from '@base-ui/react/popover';
import { ChevronDown, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { classes } from '../ui/button.tsx';

/** A filter that says what it lets through, and opens to be changed. */
export function FilterPopover({
  name,
  value,
  onClear,
  children,
}: {
  name: string;
  /** Empty: everything. */
  value: string;
  onClear: () => void;
  children: ReactNode;
}) {
  const isSet = value !== '';
  return (
    <Popover.Root>
      <span className={classes('filter', isSet && 'filter-set')}>
        <Popover.Trigger className="button">
          <span className="filter-words">
            {name}
            {isSet && <strong>{value}</strong>}
          </span>
          {!isSet && <ChevronDown aria-hidden />}
        </Popover.Trigger>
        {isSet && (
          <button
            type="button"
            className="filter-clear"
            aria-label={`Clear ${name.toLowerCase()}`}
            onClick={onClear}
          >
            <X aria-hidden />
          </button>
        )}
      </span>
      <Popover.Portal>
        <Popover.Positioner sideOffset={6} align="start">
          <Popover.Popup className="popup filter-popup" aria-label={name}>
            {children}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
