import { CurrencyOptions } from '../ui/currency-options.tsx';
import { Select } from '../ui/field.tsx';
import { type OverviewSearch, presets, timeZones } from './overview-search.ts';

/** Range, currency and time zone of everything below. */
export function OverviewControls({
  search,
  currency,
  onChange,
}: {
  search: OverviewSearch;
  /** What the server answered in; undefined before the first answer. */
  currency: string | undefined;
  onChange: (changes: Record<string, string | null>) => void;
}) {
  const { range, from, to, timeZone } = search;
  const changeRange = (value: string) => {
    if (value !== 'custom') return onChange({ range: value, from: null, to: null });
    const today = new Date().toISOString().slice(0, 10);
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
      {range === 'custom' && (
        <>
          <input
            className="input"
            type="date"
            aria-label="From"
            required
            value={from ?? ''}
            max={to ?? undefined}
            onChange={(event) => event.target.value && onChange({ from: event.target.value })}
          />
          <input
            className="input"
            type="date"
            aria-label="To"
            required
            value={to ?? ''}
            min={from ?? undefined}
            onChange={(event) => event.target.value && onChange({ to: event.target.value })}
          />
        </>
      )}
      <Select
        className="select-quiet"
        aria-label="Currency"
        value={search.currency ?? currency ?? ''}
        onChange={(event) => onChange({ currency: event.target.value })}
      >
        <CurrencyOptions first={currency} />
      </Select>
      <Select
        className="select-quiet"
        aria-label="Time zone"
        value={timeZone}
        onChange={(event) => onChange({ timeZone: event.target.value })}
      >
        {timeZones.map((zone) => (
          <option key={zone} value={zone}>
            {zone.replaceAll('_', ' ')}
          </option>
        ))}
      </Select>
    </div>
  );
}
