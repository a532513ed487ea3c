import './filter-bar.css';
import { paymentMethods, paymentStatuses, textLimits } from '@paydeck/contract/payments';
import { Search } from 'lucide-react';
import { useEffect, useEffectEvent, useState } from 'react';
import { formatDayWithYear } from '../format/dates.ts';
import { Button } from '../ui/button.tsx';
import { CurrencyOptions } from '../ui/currency-options.tsx';
import { Select, TextField } from '../ui/field.tsx';
import { useDateRangeInputs } from '../ui/use-date-range-inputs.ts';
import { AmountFilter } from './amount-filter.tsx';
import { FailureCodeFilter } from './failure-code-filter.tsx';
import { FilterPopover } from './filter-popover.tsx';
import { methodNames, statusNames } from './payment-words.ts';
import { type FilterFields, isFiltered, noFields } from './payments-search.ts';

type Change = (changes: Partial<FilterFields>, replace?: boolean) => void;

/** The search is applied when nothing has been typed for this long. */
const typingMs = 250;

export function FilterBar({ fields, onChange }: { fields: FilterFields; onChange: Change }) {
  const { status, method, from, to, currency } = fields;
  return (
    <search className="filter-bar">
      <SearchBox search={fields.search} onChange={onChange} />
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
      <Select
        className="select-quiet"
        aria-label="Currency"
        value={currency ?? ''}
        onChange={(event) =>
          onChange({
            currency: event.target.value || null,
            // The bounds are amounts in the old currency.
            min: null,
            max: null,
          })
        }
      >
        <option value="">Any currency</option>
        <CurrencyOptions first={undefined} withFormer />
      </Select>
      {isFiltered(fields) && (
        <Button look="plain" onClick={() => onChange(noFields)}>
          Clear filters
        </Button>
      )}
    </search>
  );
}

function DateRange({ from, to, onChange }: Pick<FilterFields, 'from' | 'to'> & { onChange: Change }) {
  const inputs = useDateRangeInputs({ from, to }, onChange);
  return (
    <>
      <TextField label="From" {...inputs.from} />
      <TextField label="To (inclusive)" {...inputs.to} />
    </>
  );
}

function SearchBox({ search, onChange }: { search: string; onChange: Change }) {
  const [text, setText] = useState(search);
  const [lastSearch, setLastSearch] = useState(search);
  if (lastSearch !== search) {
    setLastSearch(search);
    // The search can also change without typing: by the back button or "Clear filters".
    if (search !== text.trim()) setText(search);
  }
  const applyText = useEffectEvent(() => onChange({ search: text.trim() }, true));
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
        placeholder="Search receiver, description or ID"
        maxLength={textLimits.search.max}
        value={text}
        onChange={(event) => setText(event.target.value)}
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
