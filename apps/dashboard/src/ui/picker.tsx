import './picker.css';
import { ChevronDown } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { classes } from './button.tsx';
import type { PickerProps } from './picker-props.ts';

// Apart from the first load. The place of the button is kept until then.
const SearchablePicker = lazy(async () => ({
  default: (await import('./searchable-picker.tsx')).SearchablePicker,
}));

/** A choice from a long list that can be searched. */
export function Picker(props: PickerProps) {
  return (
    <span className={classes('picker', props.value === '' && 'picker-empty')}>
      <Suspense
        fallback={
          <span className="button picker-button">
            <span>{props.text}</span>
            <ChevronDown aria-hidden />
          </span>
        }
      >
        <SearchablePicker {...props} />
      </Suspense>
    </span>
  );
}
