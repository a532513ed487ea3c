import { formatAmount } from '@paydeck/contract/money';
import { type SubmitEvent, useState } from 'react';
import { amountExample, formatMoney, formatTyped, parseMoney } from '../format/money.ts';
import { Button } from '../ui/button.tsx';
import { CurrencyOptions } from '../ui/currency-options.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { optionalTextOf, textOf } from '../ui/form-data.ts';
import { useCurrencies } from '../ui/use-currencies.ts';
import { FilterPopover } from './filter-popover.tsx';
import { amountOf, type FilterFields } from './payments-search.ts';

type AmountFilterProps = { fields: FilterFields; onChange: (changes: Partial<FilterFields>) => void };

/** The minimum and maximum amount. Both are in one currency, so setting them filters by that currency too. */
export function AmountFilter({ fields, onChange }: AmountFilterProps) {
  const { min, max } = fields;
  return (
    <FilterPopover
      name="Amount"
      value={[
        min && `from ${boundAs(formatMoney, min, fields)}`,
        max && `to ${boundAs(formatMoney, max, fields)}`,
      ]
        .filter(Boolean)
        .join(' ')}
      onClear={() => onChange({ min: null, max: null })}
    >
      <AmountForm fields={fields} onChange={onChange} />
    </FilterPopover>
  );
}

function AmountForm({ fields, onChange }: AmountFilterProps) {
  const currencies = useCurrencies();
  const fallback = currencies?.default;
  const [error, setError] = useState<string | null>(null);

  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const currency = textOf(form, 'currency');
    const texts = [optionalTextOf(form, 'min'), optionalTextOf(form, 'max')];
    const amounts = texts.map((text) => (text === undefined ? undefined : parseMoney(text, currency)));
    if (amounts.includes(null)) {
      return setError(`Enter amounts in ${currency}, such as ${amountExample(currency)}.`);
    }
    const [minimum, maximum] = amounts;
    if (minimum != null && maximum != null && minimum > maximum) {
      return setError('The maximum must not be less than the minimum.');
    }
    setError(null);
    const [min = null, max = null] = amounts.map((amount) =>
      amount == null ? null : formatAmount(amount, currency),
    );
    onChange({ min, max, ...((min ?? max) !== null && { currency }) });
  };

  return (
    <form className="filter-form" onSubmit={submit}>
      <SelectField label="Currency" name="currency" defaultValue={fields.currency ?? fallback}>
        <CurrencyOptions inUse={currencies?.inUse} first={fallback} withFormer />
      </SelectField>
      <TextField
        label="Minimum"
        name="min"
        inputMode="decimal"
        defaultValue={boundAs(formatTyped, fields.min, fields)}
      />
      <TextField
        label="Maximum"
        name="max"
        inputMode="decimal"
        defaultValue={boundAs(formatTyped, fields.max, fields)}
        error={error ?? undefined}
      />
      <Button type="submit" look="primary">
        Apply
      </Button>
    </form>
  );
}

/** A bound formatted for the viewer's locale; empty when there is none. */
function boundAs(
  format: (amountMinor: number, currency: string) => string,
  text: string | null,
  { currency }: FilterFields,
): string {
  const amount = amountOf(text, currency);
  return amount === undefined || currency === null ? '' : format(amount, currency);
}
