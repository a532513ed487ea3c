import '../ui/overlay.css';
import { Popover } from '@base-ui/react/popover';
import { ChevronDown, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { classes } from '../ui/button.tsx';

/** A button that shows the value of a filter and opens its controls. */
export function FilterPopover({
  name,
  value,
  onClear,
  children,
}: {
  name: string;
  /** Empty when the filter is off. */
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
            aria-label={`Clear ${name.toLowerCase()} filter`}
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
