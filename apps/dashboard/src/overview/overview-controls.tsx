import type { CalendarDate } from '../format/dates.ts';
import { chooseTimeZone } from '../format/time-zone.ts';
import { CurrencyPicker } from '../ui/currency-picker.tsx';
import { Select } from '../ui/field.tsx';
import { TimeZonePicker } from '../ui/time-zone-picker.tsx';
import { useDateRangeInputs } from '../ui/use-date-range-inputs.ts';
import { type OverviewSearch, presets } from './overview-search.ts';

/** The range, currency and time zone of the whole overview. */
export function OverviewControls({
  search,
  today,
  currency,
  onChange,
}: {
  search: OverviewSearch;
  /** In the chosen time zone. */
  today: CalendarDate;
  /** The currency of the server's answer; undefined until the first answer. */
  currency: string | undefined;
  onChange: (changes: Record<string, string | null>) => void;
}) {
  const { range, from, to, timeZone } = search;
  const changeRange = (value: string) => {
    if (value !== 'custom') return onChange({ range: value, from: null, to: null });
    onChange({ range: null, from: `${today.slice(0, 8)}01`, to: today });
  };
  return (
    <div className="controls">
      <Select
        className="select-quiet"
        aria-label="Range"
        value={range}
        onChange={(event) => changeRange(event.target.value)}
      >
        {presets.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
        <option value="custom">Custom range</option>
      </Select>
      {from !== null && to !== null && <CustomRange from={from} to={to} onChange={onChange} />}
      <CurrencyPicker
        value={search.currency ?? currency ?? ''}
        first={currency}
        onChange={(code) => onChange({ currency: code })}
      />
      <TimeZonePicker
        value={timeZone}
        onChange={(zone) => {
          chooseTimeZone(zone);
          onChange({ timeZone: zone });
        }}
      />
    </div>
  );
}

function CustomRange({
  from,
  to,
  onChange,
}: {
  from: CalendarDate;
  to: CalendarDate;
  onChange: (changes: Record<string, string | null>) => void;
}) {
  // A custom range needs both dates, so emptying an input changes nothing.
  const inputs = useDateRangeInputs({ from, to }, (changes) => {
    if (!Object.values(changes).includes(null)) onChange(changes);
  });
  return (
    <>
      <input className="input" aria-label="From" required {...inputs.from} />
      <input className="input" aria-label="To" required {...inputs.to} />
      {inputs.hint !== null && (
        <span className="field-hint" role="status">
          {inputs.hint}
        </span>
      )}
    </>
  );
}
