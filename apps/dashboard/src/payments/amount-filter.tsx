import { type SubmitEvent, useState } from 'react';
import { parseMoney } from '../format/money.ts';
import { Button } from '../ui/button.tsx';
import { CurrencyOptions } from '../ui/currency-options.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { optionalTextOf, textOf } from '../ui/form-data.ts';
import { FilterPopover } from './filter-popover.tsx';
import type { FilterFields } from './payments-search.ts';
import { useDefaultCurrency } from './use-default-currency.ts';

/** Bounds of the amount. They are of a currency, which the list is then of as well. */
export function AmountFilter({
  fields,
  onChange,
}: {
  fields: FilterFields;
  onChange: (changes: Partial<FilterFields>) => void;
}) {
  const fallback = useDefaultCurrency();
  const { min, max } = fields;
  const [error, setError] = useState<string | null>(null);

  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const currency = textOf(form, 'currency');
    const next = { min: optionalTextOf(form, 'min') ?? null, max: optionalTextOf(form, 'max') ?? null };
    const [least, most] = [next.min, next.max].map((text) =>
      text === null ? null : parseMoney(text, currency),
    );
    if ((next.min !== null && least === null) || (next.max !== null && most === null)) {
      return setError(`Write amounts of ${currency}, such as 1250.00.`);
    }
    if (least != null && most != null && least > most) return setError('The least is more than the most.');
    setError(null);
    onChange({ ...next, currency });
  };

  return (
    <FilterPopover
      name="Amount"
      value={[min && `from ${min}`, max && `to ${max}`].filter(Boolean).join(' ')}
      onClear={() => onChange({ min: null, max: null })}
    >
      <form className="filter-form" onSubmit={submit}>
        <SelectField label="Currency" name="currency" defaultValue={fields.currency ?? fallback}>
          <CurrencyOptions first={fallback} />
        </SelectField>
        <TextField label="At least" name="min" inputMode="decimal" defaultValue={min ?? ''} />
        <TextField
          label="At most"
          name="max"
          inputMode="decimal"
          defaultValue={max ?? ''}
          error={error ?? undefined}
        />
        <Button type="submit" look="primary">
          Apply
        </Button>
      </form>
    </FilterPopover>
  );
}
