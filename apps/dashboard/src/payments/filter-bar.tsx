import './filter-bar.css';
import { paymentMethods, paymentStatuses, textLimits } from '@paydeck/contract/payments';
import { Search } from 'lucide-react';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { formatDayWithYear } from '../format/dates.ts';
import { getTimeZone, timeZoneName } from '../format/time-zone.ts';
import { Button } from '../ui/button.tsx';
import { CurrencyPicker } from '../ui/currency-picker.tsx';
import { TextField } from '../ui/field.tsx';
import { useDateRangeInputs } from '../ui/use-date-range-inputs.ts';
import { AmountFilter } from './amount-filter.tsx';
import { FailureCodeFilter } from './failure-code-filter.tsx';
import { FilterPopover } from './filter-popover.tsx';
import { methodNames, statusNames } from './payment-words.ts';
import { type FilterFields, isFiltered, noFields } from './payments-search.ts';

type Change = (changes: Partial<FilterFields>, replace?: boolean) => void;

/** The search is applied when nothing has been typed for this long. */
const typingMs = 250;

export function FilterBar({
  fields,
  onChange,
  onTyping,
}: {
  fields: FilterFields;
  onChange: Change;
  /** Called with the text of the search box at each key, before it is applied. */
  onTyping: (text: string) => void;
}) {
  const { status, method, from, to, currency } = fields;
  return (
    <search className="filter-bar">
      <SearchBox search={fields.search} onChange={onChange} onTyping={onTyping} />
      <div className="filters">
        <FilterPopover
          name="Status"
          value={status.map((name) => statusNames[name]).join(', ')}
          onClear={() => onChange({ status: [] })}
        >
          <Choices
            all={paymentStatuses}
            names={statusNames}
            chosen={status}
            onChange={(chosen) => onChange({ status: chosen })}
          />
        </FilterPopover>
        <FilterPopover
          name="Method"
          value={method.map((name) => methodNames[name]).join(', ')}
          onClear={() => onChange({ method: [] })}
        >
          <Choices
            all={paymentMethods}
            names={methodNames}
            chosen={method}
            onChange={(chosen) => onChange({ method: chosen })}
          />
        </FilterPopover>
        <FilterPopover
          name="Date"
          value={[from && `from ${formatDayWithYear(from)}`, to && `to ${formatDayWithYear(to)}`]
            .filter(Boolean)
            .join(' ')}
          onClear={() => onChange({ from: null, to: null })}
        >
          <DateRange from={from} to={to} onChange={onChange} />
        </FilterPopover>
        <FailureCodeFilter codes={fields.failureCode} onChange={(failureCode) => onChange({ failureCode })} />
        <AmountFilter fields={fields} onChange={onChange} />
        <CurrencyPicker
          value={currency ?? ''}
          none="Any currency"
          onChange={(code) =>
            onChange({
              currency: code || null,
              // The bounds are amounts in the old currency.
              min: null,
              max: null,
            })
          }
        />
        {isFiltered(fields) && (
          <Button look="plain" onClick={() => onChange(noFields)}>
            Clear filters
          </Button>
        )}
      </div>
    </search>
  );
}

function DateRange({ from, to, onChange }: Pick<FilterFields, 'from' | 'to'> & { onChange: Change }) {
  const inputs = useDateRangeInputs({ from, to }, onChange);
  return (
    <>
      <TextField label="From" {...inputs.from} />
      <TextField
        label="To (inclusive)"
        hint={inputs.hint ?? `Days in ${timeZoneName(getTimeZone())}.`}
        {...inputs.to}
      />
    </>
  );
}

function SearchBox({
  search,
  onChange,
  onTyping,
}: {
  search: string;
  onChange: Change;
  onTyping: (text: string) => void;
}) {
  const [text, setText] = useState(search);
  const [lastSearch, setLastSearch] = useState(search);
  if (lastSearch !== search) {
    setLastSearch(search);
    // The search can also change without typing: by the back button or "Clear filters".
    if (search !== text.trim()) setText(search);
  }
  // The first change after the box gets the focus, or after Back, is a new entry of the history, so that Back undoes the
  // search. Further typing changes that entry.
  const entry = useRef<string | null>(null);
  const applyText = useEffectEvent(() => {
    const isSameEntry = entry.current === search;
    entry.current = text.trim();
    onChange({ search: text.trim() }, isSameEntry);
  });
  useEffect(() => {
    if (text.trim() === search) return;
    const timer = setTimeout(applyText, typingMs);
    return () => clearTimeout(timer);
  }, [text, search]);
  return (
    <div className="search-box">
      <Search aria-hidden />
      <input
        className="input"
        type="search"
        aria-label="Search receiver, description and ID"
        placeholder="Search by receiver, description or ID"
        maxLength={textLimits.search.max}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          onTyping(event.target.value);
        }}
        onFocus={() => {
          entry.current = null;
        }}
      />
    </div>
  );
}

function Choices<T extends string>({
  all,
  names,
  chosen,
  onChange,
}: {
  all: readonly T[];
  names: Record<T, string>;
  chosen: readonly T[];
  onChange: (chosen: T[]) => void;
}) {
  return all.map((choice) => (
    <label key={choice} className="check">
      <input
        type="checkbox"
        checked={chosen.includes(choice)}
        onChange={({ target }) =>
          onChange(all.filter((other) => (other === choice ? target.checked : chosen.includes(other))))
        }
      />
      {names[choice]}
    </label>
  ));
}
